import type { DepositEntry } from '../ports/transport.js';

/** Which files of a look are flows, and which done file each of them has. */
export interface Paired {
  /** Files whose done file stands beside them. */
  readonly ready: readonly DepositEntry[];
  /** Done file of a ready file, by the file's name. */
  readonly doneOf: ReadonlyMap<string, DepositEntry>;
  /** Done files whose file is not there. */
  readonly orphans: readonly DepositEntry[];
}

/** What a partner's done files are called: a pattern with `{name}` or `{stem}`, such as `{name}.done`. */
export interface DoneFiles {
  /** True for a name that is a done file's, whether or not its file is there. */
  matches(name: string): boolean;
  pair(files: readonly DepositEntry[]): Paired;
}

/** @param pattern `{name}` stands for the name of the file, `{stem}` for that without its last extension */
export function doneFiles(pattern: string): DoneFiles {
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = pattern.split(/\{(?:name|stem)\}/).map(escaped);
  const shape = new RegExp(`^${source.join('(?:.+)')}$`, 'su');
  const nameFor = (name: string): string =>
    pattern.replaceAll('{name}', name).replaceAll('{stem}', name.replace(/(?<=.)\.[^.]*$/, ''));

  return {
    matches: (name) => shape.test(name),
    pair(files) {
      const done = new Map<string, DepositEntry>();
      for (const file of files) if (shape.test(file.name)) done.set(file.name, file);
      const doneOf = new Map<string, DepositEntry>();
      const used = new Set<string>();
      const ready = files.filter((file) => {
        const own = done.get(nameFor(file.name));
        if (own === undefined || own === file || done.has(file.name)) return false;
        doneOf.set(file.name, own);
        used.add(own.name);
        return true;
      });
      return { ready, doneOf, orphans: [...done.values()].filter((file) => !used.has(file.name)) };
    },
  };
}
