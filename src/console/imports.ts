import { copyFile, rm } from 'node:fs/promises';
import { newId } from '../domain/ids.js';
import type { Desk, GivenFile } from './desk.js';

/** Directory files that were looked at and wait for a yes, in the folder of a desk; few, the oldest goes. */
export interface Imports {
  keep(file: GivenFile): Promise<string>;
  get(id: string): GivenFile | null;
  drop(id: string): Promise<void>;
}

const keptMax = 10;
const known = new WeakMap<Desk, Imports>();

/** The files that wait at a desk. */
export function importsOf(desk: Desk): Imports {
  const made = known.get(desk) ?? createImports();
  known.set(desk, made);
  return made;
}

function createImports(): Imports {
  const kept = new Map<string, GivenFile>();
  async function drop(id: string): Promise<void> {
    const file = kept.get(id);
    kept.delete(id);
    if (file !== undefined) await rm(file.path, { force: true });
  }
  return {
    async keep(file) {
      const [oldest] = kept.keys();
      if (kept.size >= keptMax && oldest !== undefined) await drop(oldest);
      const id = newId();
      const path = `${file.path}.annuaire`;
      await copyFile(file.path, path);
      kept.set(id, { ...file, path });
      return id;
    },
    get: (id) => kept.get(id) ?? null,
    drop,
  };
}
