import { copyFile, rm } from 'node:fs/promises';
import { newId } from '../domain/ids.js';
import type { Desk, GivenFile, PackAsked } from './desk.js';

/** Files that were looked at and wait for a yes, in the folder of a desk; few, the oldest goes. */
export interface Waiting<T extends GivenFile> {
  /** Copies the file, which may go then. */
  keep(file: T): Promise<string>;
  get(id: string): T | null;
  drop(id: string): Promise<void>;
}

/** A rule pack that waits, with what was said of it when it was looked at. */
export interface WaitingPack extends GivenFile {
  readonly asked: PackAsked;
  /** Of the archive. */
  readonly sha256: string;
}

const keptMax = 10;
const directories = new WeakMap<Desk, Waiting<GivenFile>>();
const packs = new WeakMap<Desk, Waiting<WaitingPack>>();

/** The directory files that wait at a desk. */
export function importsOf(desk: Desk): Waiting<GivenFile> {
  const made = directories.get(desk) ?? createWaiting<GivenFile>();
  directories.set(desk, made);
  return made;
}

/** The rule packs that wait at a desk. */
export function packsOf(desk: Desk): Waiting<WaitingPack> {
  const made = packs.get(desk) ?? createWaiting<WaitingPack>();
  packs.set(desk, made);
  return made;
}

function createWaiting<T extends GivenFile>(): Waiting<T> {
  const kept = new Map<string, T>();
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
      const path = `${file.path}.${id}`;
      await copyFile(file.path, path);
      kept.set(id, { ...file, path });
      return id;
    },
    get: (id) => kept.get(id) ?? null,
    drop,
  };
}
