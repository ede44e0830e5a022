import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq, parseDocument, Scalar, type YAMLSeq } from 'yaml';
import { asError, Fault } from '../errors.js';

export interface Pin {
  readonly fingerprint: string;
  /** Written behind the fingerprint, for people. */
  readonly comment: string;
}

/**
 * Writes fingerprints into a partner's `sftp.hostKeys` in the configuration file; everything else in it stays, its
 * comments too. The file is replaced in one go.
 * @param options.replace drops the fingerprints that were pinned before
 * @throws Fault CONFIG_UNREADABLE, CONFIG_INVALID when the partner or its `sftp` is not in this file.
 */
export function pinHostKeys(
  file: string,
  partner: string,
  pins: readonly Pin[],
  options: { readonly replace: boolean },
): void {
  const path = realpathSync(file);
  const before = readFileSync(path, 'utf8');
  const document = parseDocument(before);
  const list = document.get('partners');
  const index = isSeq(list)
    ? list.items.findIndex((item) => isMap(item) && item.get('code') === partner)
    : -1;
  const where = ['partners', index, 'sftp'];
  if (document.errors.length > 0 || index < 0 || !isMap(document.getIn(where)))
    throw new Fault('CONFIG_INVALID', `${path}: partner ${partner} has no sftp settings here`, {
      file: path,
    });
  const key = [...where, 'hostKeys'];
  const known = document.getIn(key);
  const keys = isSeq(known) && !options.replace ? known : (document.createNode([]) as YAMLSeq);
  keys.flow = false;
  const pinned = new Set(keys.items.map((item) => (item instanceof Scalar ? item.value : item)));
  for (const { fingerprint, comment } of pins) {
    if (pinned.has(fingerprint)) continue;
    const scalar = new Scalar(fingerprint);
    scalar.type = Scalar.QUOTE_DOUBLE;
    scalar.comment = ` ${comment}`;
    keys.items.push(scalar);
  }
  document.setIn(key, keys);
  const text = document.toString({ lineWidth: 0 });
  if (!isDeepStrictEqual(valuesWithout(text, key), valuesWithout(before, key)))
    throw new Fault('INTERNAL', `${path}: the file would change in other places too; pin by hand`, {
      file: path,
    });
  replaceFile(path, text);
}

function valuesWithout(text: string, key: readonly (string | number)[]): unknown {
  const document = parseDocument(text);
  document.deleteIn(key);
  return document.toJS() as unknown;
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const { mode, uid, gid } = statSync(path);
    writeFileSync(temporary, text, { mode: mode & 0o777, flag: 'wx', flush: true });
    const made = statSync(temporary);
    if (made.uid !== uid || made.gid !== gid)
      throw new Error('it belongs to another user, who must run this command');
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Fault(
      'CONFIG_UNREADABLE',
      `${path} cannot be written: ${asError(error).message}`,
      { file: path },
      error,
    );
  }
}
