/** How the names of a group are shared among the processes that may hold them. */
export interface Share {
  /** What to give up and what to take, as things are. */
  look(now: ShareView): { readonly cede: readonly string[]; readonly take: readonly string[] };
}

export interface ShareView {
  /** Processes that may hold them, this one among them. */
  readonly ids: readonly string[];
  /** Held here, and not being given up. */
  readonly own: readonly string[];
  /** Held by others: name to holder. */
  readonly others: ReadonlyMap<string, string>;
  /** Names that another process has called for: they are its own until it has done. */
  readonly called: ReadonlySet<string>;
  /** By a clock that nobody sets, in milliseconds. */
  readonly nowMs: number;
}

export interface ShareOptions {
  readonly holder: string;
  readonly names: readonly string[];
  /** Life of a lease: a name that nobody has taken for so long may be taken by anybody. */
  readonly ttlMs: number;
}

/**
 * Even shares without a centre: a process takes free names up to its part; one that holds at least two more than another
 * gives up half of the difference, and of several with as much only the first by name does. So shares differ by one
 * at most, and nothing moves when they do. A name that nobody takes is taken whatever the share, and then kept: some
 * process may not know it.
 */
export function balance({ holder, names, ttlMs }: ShareOptions): Share {
  const freeSince = new Map<string, number>();
  const ceded = new Map<string, number>();
  /** Processes among whom giving up was of no use. */
  let futileFor = '';
  /** Processes at the last look. */
  let before = '';

  return {
    look({ ids, own, others, called, nowMs }) {
      const everybody = [...new Set([...ids, holder])].sort();
      const group = everybody.join(' ');
      // What was given up to one that has left meanwhile is free like any other.
      if (group !== before) ceded.clear();
      before = group;
      const counts = new Map(everybody.map((id) => [id, 0]));
      for (const id of others.values()) if (counts.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
      counts.set(holder, own.length);

      const free = names.filter((name) => !own.includes(name) && !others.has(name) && !called.has(name));
      for (const name of freeSince.keys()) if (!free.includes(name)) freeSince.delete(name);
      for (const name of free) if (!freeSince.has(name)) freeSince.set(name, nowMs);

      const cede = new Set(own.filter((name) => called.has(name)));
      if (futileFor !== group) for (const name of surplus(counts, own, free.length)) cede.add(name);
      for (const name of cede) ceded.set(name, nowMs);
      return { cede: [...cede], take: cede.size > 0 ? [] : toTake(everybody, own, free, nowMs, group) };
    },
  };

  function surplus(
    counts: ReadonlyMap<string, number>,
    own: readonly string[],
    free: number,
  ): readonly string[] {
    // What is free goes first: those that have least take it.
    if (free > 0) return [];
    const least = Math.min(...counts.values());
    const most = Math.max(...counts.values());
    if (own.length < most || own.length - least < 2) return [];
    const first = [...counts].find(([, count]) => count === most)?.[0];
    return first === holder ? own.slice(own.length - Math.floor((own.length - least) / 2)) : [];
  }

  function toTake(
    everybody: readonly string[],
    own: readonly string[],
    free: readonly string[],
    nowMs: number,
    group: string,
  ): readonly string[] {
    const part = Math.ceil(names.length / everybody.length);
    const rank = everybody.indexOf(holder);
    // Each begins elsewhere, so that several that start at once seldom want the same.
    const from = free.length === 0 ? 0 : (rank * part) % free.length;
    const turned = [...free.slice(from), ...free.slice(0, from)];
    const fresh = turned.filter((name) => nowMs - (ceded.get(name) ?? Number.NEGATIVE_INFINITY) >= ttlMs);
    const fair = fresh.slice(0, Math.max(0, part - own.length));
    const left = turned.filter(
      (name) => !fair.includes(name) && nowMs - (freeSince.get(name) ?? nowMs) >= 2 * ttlMs,
    );
    if (left.length > 0) futileFor = group;
    return [...fair, ...left];
  }
}
