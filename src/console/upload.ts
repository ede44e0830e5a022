import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { newId } from '../domain/ids.js';
import type { GivenFile } from './desk.js';
import { Problem } from './problem.js';
import { size } from './ui/show.js';

/** What a form with files has brought. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  /** Every value of a field, for boxes that were ticked. */
  all(name: string): readonly string[];
  /** Files that hold something or have a name, in their order. */
  readonly files: readonly GivenFile[];
  /** Takes the files away; what is still needed must have been copied. */
  dispose(): Promise<void>;
}

export interface UploadLimits {
  readonly fileBytesMax: number;
  readonly filesMax: number;
}

const fieldLengthMax = 4_000;

/**
 * Reads a form with files, streamed to a folder of ours under names of ours.
 * @throws Problem 413 for a file that is too large, 400 for a form that cannot be read; nothing is left behind then.
 */
export async function readUpload(
  request: FastifyRequest,
  folder: string,
  { fileBytesMax, filesMax }: UploadLimits,
): Promise<Upload> {
  const fields: Record<string, string> = {};
  const values: (readonly [name: string, value: string])[] = [];
  const files: GivenFile[] = [];
  const dispose = async (): Promise<void> => {
    for (const { path } of files) await rm(path, { force: true });
  };
  try {
    for await (const part of request.parts({
      limits: { fileSize: fileBytesMax, files: filesMax, fields: 600 },
    })) {
      if (part.type === 'field') {
        const value = String(part.value ?? '').slice(0, fieldLengthMax);
        fields[part.fieldname] = value;
        values.push([part.fieldname, value]);
        continue;
      }
      const path = join(folder, `envoi-${newId()}`);
      const given = { path, name: nameOf(part.filename), sizeBytes: 0 };
      files.push(given);
      await pipeline(part.file, createWriteStream(path, { mode: 0o600 }));
      if (part.file.truncated) throw tooLarge(fileBytesMax);
      files[files.length - 1] = { ...given, sizeBytes: part.file.bytesRead };
      // A field of files that was left empty comes as a file without name and content.
      if (part.filename === '' || part.filename === undefined) {
        await rm(path, { force: true });
        files.pop();
      }
    }
    const all = (name: string) => values.flatMap(([own, value]) => (own === name ? [value] : []));
    return { fields, all, files, dispose };
  } catch (thrown) {
    await dispose();
    if (thrown instanceof Problem) throw thrown;
    const code = (thrown as { code?: unknown }).code;
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge(fileBytesMax);
    if (code === 'FST_FILES_LIMIT')
      throw new Problem(400, `Au plus ${filesMax} fichiers par envoi.`, 'Envoyez-les en plusieurs fois.');
    if (typeof code === 'string' && code.startsWith('FST_'))
      throw new Problem(
        400,
        'Le formulaire n’a pas pu être lu.',
        'Rechargez la page et choisissez de nouveau le fichier.',
      );
    throw thrown;
  }
}

function tooLarge(bytesMax: number): Problem {
  return new Problem(
    413,
    `Le fichier dépasse ${size(bytesMax)}.`,
    'Déposez-le par le dossier ou le serveur du partenaire, ou découpez-le en plusieurs flux.',
  );
}

/** The last part of a name, however it was given. */
function nameOf(given: string | undefined): string {
  const last = (given ?? '').split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '_').slice(0, 200) || 'fichier';
}
