import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { systemCode } from '../errors.js';
import type { DepositEntry, IntakeTransport } from '../ports/transport.js';

export interface ProbeLimits {
  /** Time for inflating one archive to see whether it ends; beyond it the archive counts as whole. */
  readonly probeMsMax: number;
  /** Inflated bytes, likewise. */
  readonly probeBytesMax: number;
}

const headBytes = 4096;
const tailBytes = 4096;

/**
 * Whether a file, still in its drop folder, looks whole. False only when it plainly stops before its end: no byte at
 * all, a gzip cut short, an XML whose root is not closed, a PDF without its end mark. Anything else is for the
 * pipeline to judge (DECISIONS, "Unfinished or broken?").
 * @throws Fault of the transport.
 */
export async function looksWhole(
  transport: IntakeTransport,
  entry: DepositEntry,
  limits: ProbeLimits,
): Promise<boolean> {
  if (entry.sizeBytes === 0) return false;
  const { head, tail } = await transport.peek(entry, headBytes, tailBytes);
  if (head[0] === 0x1f && (head.length === 1 || head[1] === 0x8b)) return gzipEnds(transport, entry, limits);
  const text = textOf(head, head);
  if (text.trimStart().startsWith('<')) {
    return xmlEnds(text, textOf(tail, head), entry.sizeBytes <= headBytes);
  }
  // ISO 32000-1, annex H: readers look for the mark in the last 1,024 bytes.
  if (head.subarray(0, 1024).includes('%PDF-')) return tail.includes('%%EOF');
  return true;
}

/** Text by the byte order mark or the first bytes of the file; only markup matters, so Latin-1 stands for the rest. */
function textOf(bytes: Buffer, head: Buffer): string {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0))
    return bytes.toString('latin1').replace(/[\0ÿþ]/g, '');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c))
    return bytes.toString('latin1').replace(/[\0ÿþ]/g, '');
  return bytes.toString('latin1', bytes === head && a === 0xef && b === 0xbb ? 3 : 0);
}

const prolog = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>)*/;

/** The end tag of the root stands near the end; a root that the head does not show is taken on trust. */
function xmlEnds(head: string, tail: string, headIsAll: boolean): boolean {
  const body = head.slice(prolog.exec(head)?.[0].length ?? 0);
  const root = /^<([^\s/>!?]+)/.exec(body)?.[1];
  if (root === undefined) {
    const inProlog = body === '' || body === '<' || /^<[?!]/.test(body);
    return !inProlog || !headIsAll;
  }
  if (tail.includes(`</${root}`)) {
    const after = tail.slice(tail.lastIndexOf(`</${root}`) + root.length + 2);
    if (/^\s*>/.test(after)) return true;
  }
  return /^<[^<>]*\/>/.test(body);
}

/** Inflates to nowhere. Only an end of input that comes too early means unfinished. */
async function gzipEnds(
  transport: IntakeTransport,
  entry: DepositEntry,
  limits: ProbeLimits,
): Promise<boolean> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limits.probeMsMax);
  let bytes = 0;
  const nowhere = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limits.probeBytesMax) stop.abort();
      done();
    },
  });
  try {
    const source = await transport.open(entry);
    await pipeline(source, createGunzip({ chunkSize: 256 * 1024 }), nowhere, { signal: stop.signal });
    return true;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'Z_BUF_ERROR') return false;
    if (code.startsWith('Z_') || stop.signal.aborted) return true;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
