import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { asError, Fault } from '../errors.js';
import { demoSettings } from './demo.js';
import { environmentOverlay } from './environment.js';
import { type Settings, settingsSchema } from './schema.js';

type Tree = { [key: string]: unknown };

export interface LoadedSettings {
  readonly settings: Settings;
  /** Absolute path of the file, or null on the embedded default. */
  readonly file: string | null;
  /** Absolute path of the engine's home: `var/` or `ECLUSE_HOME`. */
  readonly home: string;
  readonly warnings: readonly string[];
}

/** Keys without a default that the environment may set. */
const optionalPaths = [
  ['directory', 'file'],
  ['schemas', 'dir'],
  ['intake', 'emptyMaxMs'],
  ['intake', 'doneFile'],
  ['redis', 'username'],
  ['console', 'publicUrl'],
] as const;

/** What is found at `config/ecluse.yaml` when no `--config` is given. */
export const defaultConfigPath = 'config/ecluse.yaml';

/**
 * Loads the settings: defaults < file < environment < flags; validated once.
 * @throws Fault CONFIG_UNREADABLE, CONFIG_INVALID (names file, line, key, value and what is allowed).
 */
export function loadSettings(options: {
  config?: string | undefined;
  flags?: Tree;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}): LoadedSettings {
  const cwd = options.cwd ?? process.cwd();
  const env = options.env ?? process.env;
  const named = options.config ?? env.ECLUSE_CONFIG;
  const path = resolve(cwd, named ?? defaultConfigPath);
  if (named !== undefined && !existsSync(path)) {
    throw new Fault('CONFIG_UNREADABLE', `${path}: there is no such file`, { file: path });
  }
  const file = existsSync(path) ? readYaml(path) : null;
  const defaults = settingsSchema.parse({});
  const environment = environmentOverlay(env, defaults as unknown as Tree, optionalPaths);
  const base: Tree = file === null ? (demoSettings as Tree) : file.tree;
  const merged = [environment.overlay, options.flags ?? {}].reduce<Tree>(merge, base);
  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => describe(issue, merged, file, environment.origin));
    throw new Fault('CONFIG_INVALID', problems.join('\n'), { file: file?.path ?? null });
  }
  checkPartners(parsed.data, file?.path ?? null);
  const root = file === null ? cwd : projectRoot(file.path);
  const home = env.ECLUSE_HOME ?? parsed.data.engine.home;
  return {
    settings: parsed.data,
    file: file?.path ?? null,
    home: isAbsolute(home) ? home : resolve(env.ECLUSE_HOME === undefined ? root : cwd, home),
    warnings: environment.unknown.map((name) => `${name} is set but names no setting`),
  };
}

/** Paths in a file under `config/` count from the folder above it; else from the file's own folder. */
export function projectRoot(configFile: string): string {
  const folder = dirname(configFile);
  return folder.endsWith(`${'/'}config`) ? dirname(folder) : folder;
}

interface YamlFile {
  readonly path: string;
  readonly tree: Tree;
  lineOf(keys: readonly PropertyKey[]): number | null;
}

function readYaml(path: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('CONFIG_UNREADABLE', `${path}: ${asError(error).message}`, { file: path }, error);
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const first = document.errors[0];
  if (first) throw new Fault('CONFIG_INVALID', `${path}: ${first.message}`, { file: path });
  const tree: unknown = document.toJS() ?? {};
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw new Fault('CONFIG_INVALID', `${path}: a mapping of settings is expected at the top`, {
      file: path,
    });
  }
  return {
    path,
    tree: tree as Tree,
    lineOf(keys) {
      for (let length = keys.length; length > 0; length--) {
        const node = document.getIn(keys.slice(0, length), true) as ParsedNode | undefined;
        if (node?.range) return counter.linePos(node.range[0]).line;
      }
      return null;
    },
  };
}

function merge(below: Tree, above: Tree): Tree {
  const merged: Tree = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    const both = isTree(under) && isTree(value);
    merged[key] = both ? merge(under, value) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(
  issue: z.core.$ZodIssue,
  merged: Tree,
  file: YamlFile | null,
  origin: ReadonlyMap<string, string>,
): string {
  const key = issue.path.join('.');
  const value = issue.path.reduce<unknown>(
    (node, part) => (node as Record<PropertyKey, unknown> | undefined)?.[part],
    merged,
  );
  const variable = origin.get(key);
  const line = file?.lineOf(issue.path);
  const place = variable ?? (file === null ? 'settings' : `${file.path}${line ? `:${line}` : ''}`);
  const shown = value === undefined ? '' : ` ${JSON.stringify(value)}`;
  return `${place}: ${key === '' ? '(top)' : key}:${shown} is not allowed: ${allowed(issue)}`;
}

/** What would have been allowed, in words a person who edits YAML can use. */
function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown key ${issue.keys.join(', ')}; docs/settings.md lists the keys`;
    case 'invalid_value':
      return `one of ${issue.values.map((v) => String(v)).join(', ')}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    case 'invalid_type':
      return `${issue.expected} expected`;
    default:
      return issue.message;
  }
}

function checkPartners(settings: Settings, file: string | null): void {
  const place = file ?? 'settings';
  const seen = new Set<string>([settings.engine.code]);
  settings.partners.forEach((partner, i) => {
    if (seen.has(partner.code)) {
      throw new Fault('CONFIG_INVALID', `${place}: partners.${i}.code: "${partner.code}" is already in use`, {
        file,
      });
    }
    seen.add(partner.code);
    const local = Object.keys(partner.folders)[0];
    if (partner.sftp !== undefined && local !== undefined) {
      const key = `partners.${i}.folders.${local}`;
      const text = `${place}: ${key}: ${partner.code} is reached over SFTP: its folders are those of sftp`;
      throw new Fault('CONFIG_INVALID', text, { file });
    }
  });
}
