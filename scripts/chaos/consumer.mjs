import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The partners' side: takes every file out of the `out` folders as soon as it is there, by rename, as a partner's
 * collector does. `onFetched(partner, name, path)` is told of each. A name that comes a second time is noted.
 */
export function createConsumer({ folders, target, everyMs, onFetched }) {
  const fetched = Object.fromEntries(Object.keys(folders).map((partner) => [partner, join(target, partner)]));
  for (const folder of Object.values(fetched)) mkdirSync(folder, { recursive: true });
  /** Names of each partner with the moment at which the file got its name, in nanoseconds. */
  const seen = new Map(Object.keys(folders).map((partner) => [partner, new Map()]));
  const again = [];
  let stopped = false;

  function turn(partner) {
    for (const name of readdirSync(folders[partner])) {
      if (name.startsWith('.')) continue;
      const path = join(folders[partner], name);
      // Making the name changes the inode: its time of change is that of publication.
      const { ctimeNs } = statSync(path, { bigint: true });
      const known = seen.get(partner);
      if (known.has(name)) {
        again.push(`${partner}/${name}`);
        rmSync(path);
        continue;
      }
      known.set(name, ctimeNs);
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
  })();

  return {
    folders: fetched,
    seen,
    again,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
