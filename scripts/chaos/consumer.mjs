import { mkdirSync, readdirSync, renameSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The partners' side: takes every file out of the `out` folders as soon as it is there, by rename, as a partner's
 * collector does. `onFetched(partner, name, path)` is told of each. A name that comes a second time is noted.
 */
export function createConsumer({ folders, target, everyMs, onFetched }) {
  const fetched = Object.fromEntries(Object.keys(folders).map((partner) => [partner, join(target, partner)]));
  for (const folder of Object.values(fetched)) mkdirSync(folder, { recursive: true });
  /**
   * Names of each partner in the order in which they were given, as the kernel tells of it. Times of change would not
   * do: the note of a file is a second name of it, and its removal is a change too.
   */
  const named = new Map(Object.keys(folders).map((partner) => [partner, new Map()]));
  const watchers = Object.entries(folders).map(([partner, folder]) =>
    watch(folder, (_event, name) => {
      const known = named.get(partner);
      if (name !== null && !name.startsWith('.') && !known.has(name)) known.set(name, known.size);
    }),
  );
  const seen = new Map(Object.keys(folders).map((partner) => [partner, new Set()]));
  const again = [];
  let stopped = false;

  function turn(partner) {
    for (const name of readdirSync(folders[partner])) {
      if (name.startsWith('.')) continue;
      const path = join(folders[partner], name);
      const known = seen.get(partner);
      if (known.has(name)) {
        again.push(`${partner}/${name}`);
        rmSync(path);
        continue;
      }
      known.add(name);
      renameSync(path, join(fetched[partner], name));
      onFetched(partner, name, join(fetched[partner], name));
    }
  }
  const running = (async () => {
    while (!stopped) {
      for (const partner of Object.keys(folders)) turn(partner);
      await pause(everyMs);
    }
    for (const partner of Object.keys(folders)) turn(partner);
    // What the kernel has still to tell.
    await pause(500);
    for (const watcher of watchers) watcher.close();
  })();

  return {
    folders: fetched,
    named,
    seen,
    again,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
