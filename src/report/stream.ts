import type { DeliveryPart } from '../domain/delivery.js';
import { asError, Fault } from '../errors.js';

/** Opens an archived piece for reading, from its first byte. */
export type OpenPart = (archiveKey: string) => AsyncIterable<string | Uint8Array>;

export interface WriteBodyOptions {
  /** How long a full stream may take to become writable again. */
  readonly drainMsMax: number;
}

const defaults: WriteBodyOptions = { drainMsMax: 60_000 };

/**
 * Writes an outbound file: the body, with the base64 of a piece in the place of its token. Waits whenever the stream
 * is full, holds one chunk of a piece at a time, and leaves the stream open.
 * @throws Fault INTERNAL when a token does not stand in the body exactly once; FILE_UNREADABLE when a piece cannot
 *   be read; DELIVERY_FAILED when the stream closes early or stays full for longer than `drainMsMax`.
 */
export async function writeBody(
  body: string,
  parts: readonly DeliveryPart[],
  openPart: OpenPart,
  stream: NodeJS.WritableStream,
  options: WriteBodyOptions = defaults,
): Promise<void> {
  const sink = watched(stream, options.drainMsMax);
  try {
    for await (const chunk of bodyChunks(body, parts, openPart)) await sink.write(chunk);
  } finally {
    sink.release();
  }
}

/** The whole file as chunks of text, in order. */
export async function* bodyChunks(
  body: string,
  parts: readonly DeliveryPart[],
  openPart: OpenPart,
): AsyncGenerator<string> {
  let from = 0;
  for (const { part, at } of placesOf(body, parts)) {
    if (at > from) yield body.slice(from, at);
    yield* base64Of(part.archiveKey, openPart);
    from = at + part.token.length;
  }
  if (from < body.length) yield body.slice(from);
}

function placesOf(body: string, parts: readonly DeliveryPart[]) {
  const places = parts.map((part) => {
    const at = part.token === '' ? -1 : body.indexOf(part.token);
    if (at < 0 || body.indexOf(part.token, at + 1) >= 0) {
      throw new Fault('INTERNAL', 'a piece has not exactly one place in its outbound file', {
        archiveKey: part.archiveKey,
      });
    }
    return { part, at };
  });
  return places.sort((a, b) => a.at - b.at);
}

/** Base64 without line breaks; bytes that do not fill a group of three wait for the next chunk. */
async function* base64Of(archiveKey: string, openPart: OpenPart): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of openPart(archiveKey)) {
      const read = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : Buffer.from(chunk);
      const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const whole = bytes.length - (bytes.length % 3);
      rest = bytes.subarray(whole);
      if (whole > 0) yield bytes.toString('base64', 0, whole);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'FILE_UNREADABLE',
      `an archived piece cannot be read: ${asError(error).message}`,
      { archiveKey },
      error,
    );
  }
  if (rest.length > 0) yield rest.toString('base64');
}

/** A stream whose errors and early end reject the write that meets them, instead of leaving it waiting. */
function watched(stream: NodeJS.WritableStream, drainMsMax: number) {
  let broken: Error | null = null;
  let wake: (() => void) | null = null;
  const onError = (error: Error) => {
    broken ??= error;
    wake?.();
  };
  const onClose = () => onError(new Error('the stream was closed'));
  const onDrain = () => wake?.();
  stream.on('error', onError);
  stream.on('close', onClose);
  stream.on('drain', onDrain);

  function check(): void {
    if (broken === null) return;
    throw new Fault('DELIVERY_FAILED', `an outbound file cannot be written: ${broken.message}`, {}, broken);
  }

  return {
    async write(chunk: string): Promise<void> {
      check();
      if (!stream.write(chunk, 'utf8')) await drained();
      check();
    },
    release(): void {
      stream.off('error', onError);
      stream.off('close', onClose);
      stream.off('drain', onDrain);
    },
  };

  async function drained(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (broken !== null) resolve();
      timer = setTimeout(() => onError(new Error(`no progress for ${drainMsMax} ms`)), drainMsMax);
    });
    clearTimeout(timer);
    wake = null;
  }
}
