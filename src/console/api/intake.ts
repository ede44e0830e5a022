import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { newId } from '../../domain/ids.js';
import { homePaths } from '../../settings/home.js';
import type { ConsoleParts } from '../parts.js';
import { Problem } from '../problem.js';
import type { Call, Route } from '../route.js';

/** Content types under which a file may be sent as it is. */
export const fileTypes = [
  'application/octet-stream',
  'application/xml',
  'text/xml',
  'application/pdf',
  'application/gzip',
  'application/x-gzip',
  'application/x-tar',
  'application/x-gtar',
] as const;

/** Files that are sent as they are come as streams: who takes them counts their bytes. */
export function acceptFiles(app: FastifyInstance): void {
  app.addContentTypeParser([...fileTypes], (_request, payload, done) => done(null, payload));
}

/** Ends a request whose body does not come within the time that all but files are given. */
export function endSlowBody(request: FastifyRequest, msMax: number): void {
  const { route } = request.routeOptions.config;
  if (route?.stream === true || route?.upload === true) return;
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const late = setTimeout(() => {
    if (!request.raw.complete) request.raw.destroy();
  }, msMax);
  const end = () => clearTimeout(late);
  request.raw.once('end', end).once('close', end);
}

/** Requests a minute: counted by key where there is one, and not at all for health. */
export function rateOf({ loaded }: ConsoleParts, route: Route): { readonly rateLimit?: object | false } {
  if (route.role === 'program' && route.method === 'GET') return { rateLimit: false };
  if (route.role !== 'key') return {};
  return {
    rateLimit: {
      max: loaded.settings.api.requestsPerMinuteMax,
      timeWindow: 60_000,
      // The key is known by then, and nothing of the body is read yet.
      hook: 'preParsing',
      keyGenerator: (request: FastifyRequest) => `key:${request.pass?.apiKey?.id ?? request.ip}`,
    },
  };
}

/** A file that was sent, at rest: in memory while it is small, else in a file of ours. */
export type Received = {
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Other fields of the form that brought it. */
  readonly fields: Readonly<Record<string, string>>;
} & ({ readonly bytes: Uint8Array } | { readonly path: string });

const memoryBytesMax = 256 * 1024;
let under = 0;

/**
 * Reads the file of a request, `multipart/form-data` or as it is, and lends it to a work; memory is bounded whatever
 * its size, and nothing of it is left afterwards.
 * @throws Problem 400, 413, 415, 422 (empty), 503 (too many at once).
 */
export async function withUpload<T>(call: Call, work: (file: Received) => Promise<T>): Promise<T> {
  const { settings, home } = call.parts.loaded;
  if (under >= settings.api.uploadsMax)
    throw new Problem(503, 'Trop d’envois sont en cours.', 'Recommencez dans un instant.', 2);
  under += 1;
  const path = join(homePaths(home).home, 'work', 'uploads', newId());
  try {
    const sent = await sentFile(call);
    const file = await read(sent.content, path, settings.limits.flowBytesMax);
    if (sent.truncated()) throw tooLarge(settings.limits.flowBytesMax);
    if (file.sizeBytes === 0)
      throw new Problem(
        422,
        'Le fichier est vide.',
        'Vérifiez le fichier, puis recommencez.',
        undefined,
        'fichier-vide',
      );
    return await work({ ...file, fileName: sent.fileName, fields: sent.fields() });
  } finally {
    under -= 1;
    await rm(path, { force: true });
  }
}

interface Sent {
  readonly content: AsyncIterable<Uint8Array>;
  readonly fileName: string;
  truncated(): boolean;
  fields(): Readonly<Record<string, string>>;
}

async function sentFile(call: Call): Promise<Sent> {
  const { request } = call;
  const { flowBytesMax } = call.parts.loaded.settings.limits;
  if (request.isMultipart()) {
    const part = await request.file({ limits: { fileSize: flowBytesMax + 1, files: 1, fields: 20 } });
    if (part === undefined)
      throw new Problem(
        400,
        'Aucun fichier n’a été envoyé.',
        'Joignez le fichier dans un champ de type fichier.',
      );
    return {
      content: part.file,
      fileName: part.filename,
      truncated: () => part.file.truncated,
      // Only fields that come before the file are known when its name is needed.
      fields: () => fieldsOf(part.fields),
    };
  }
  if (!(request.body instanceof Readable))
    throw new Problem(
      415,
      'Le fichier n’a pas été trouvé dans la demande.',
      `Envoyez-le tel quel (Content-Type parmi ${fileTypes.join(', ')}) ou en multipart/form-data.`,
    );
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > flowBytesMax) throw tooLarge(flowBytesMax);
  const name = (request.query as { readonly nom?: string }).nom ?? 'flux';
  return { content: request.body, fileName: name, truncated: () => false, fields: () => ({}) };
}

function fieldsOf(parts: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, part] of Object.entries(parts)) {
    const value = (part as { readonly value?: unknown } | undefined)?.value;
    if (typeof value === 'string') fields[name] = value;
  }
  return fields;
}

function tooLarge(max: number): Problem {
  return new Problem(
    413,
    `Le fichier dépasse la taille permise (${max} octets).`,
    'Répartissez les factures sur plusieurs flux.',
  );
}

async function read(
  content: AsyncIterable<Uint8Array>,
  path: string,
  sizeBytesMax: number,
): Promise<{ sha256: string; sizeBytes: number } & ({ bytes: Uint8Array } | { path: string })> {
  const hash = createHash('sha256');
  const held: Uint8Array[] = [];
  let sizeBytes = 0;
  let file: Awaited<ReturnType<typeof open>> | null = null;
  try {
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax);
      hash.update(chunk);
      held.push(chunk);
      if (sizeBytes <= memoryBytesMax) continue;
      if (file === null) {
        await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
        file = await open(path, 'wx', 0o600);
      }
      for (const part of held.splice(0)) await file.appendFile(part);
    }
  } finally {
    await file?.close();
  }
  const sha256 = hash.digest('hex');
  return file === null ? { sha256, sizeBytes, bytes: Buffer.concat(held) } : { sha256, sizeBytes, path };
}
