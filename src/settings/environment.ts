/** Variables that are not settings but switches of the program or of its tests. */
const notSettings = new Set(['ECLUSE_HOME', 'ECLUSE_SHARED', 'ECLUSE_TEST_SYSTEM', 'ECLUSE_CONFIG']);

type Tree = { [key: string]: unknown };

/** `intake.settleMs` -> `ECLUSE_INTAKE_SETTLE_MS`. */
export function environmentName(path: readonly string[]): string {
  return `ECLUSE_${path.map((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')}`;
}

/** Paths of the scalar settings below a tree of defaults; lists have no variable. */
export function scalarPaths(tree: Tree, prefix: readonly string[] = []): string[][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = [...prefix, key];
    if (Array.isArray(value)) return [];
    if (typeof value === 'object' && value !== null) return scalarPaths(value as Tree, path);
    return [path];
  });
}

/** Text of a variable as the type its default has: the schema judges the rest. */
function typed(text: string, like: unknown): unknown {
  if (typeof like === 'number' && /^-?\d+$/.test(text.trim())) return Number(text.trim());
  if (typeof like === 'boolean' && /^(true|false)$/.test(text.trim())) return text.trim() === 'true';
  return text;
}

function valueAt(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Tree | undefined)?.[key], tree);
}

export interface EnvironmentOverlay {
  readonly overlay: Tree;
  /** Which variable set which key, for error messages. */
  readonly origin: ReadonlyMap<string, string>;
  /** `ECLUSE_` variables that name no setting: likely a slip of the pen. */
  readonly unknown: readonly string[];
}

/** The settings given by environment, as a tree to lay over the file. `optional` names keys without a default. */
export function environmentOverlay(
  env: NodeJS.ProcessEnv,
  defaults: Tree,
  optional: readonly (readonly string[])[],
): EnvironmentOverlay {
  const known = new Map([...scalarPaths(defaults), ...optional].map((path) => [environmentName(path), path]));
  const overlay: Tree = {};
  const origin = new Map<string, string>();
  const unknown: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('ECLUSE_') || notSettings.has(name) || text === undefined) continue;
    const path = known.get(name);
    if (path === undefined) {
      unknown.push(name);
      continue;
    }
    let node = overlay;
    for (const key of path.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Tree;
    }
    node[path.at(-1) ?? ''] = typed(text, valueAt(defaults, path));
    origin.set(path.join('.'), name);
  }
  return { overlay, origin, unknown };
}
