import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const mebibyte = 1024 * 1024;
const mount = (args) => spawnSync('mount', args, { encoding: 'utf8' }).status === 0;

/**
 * A disk that can be filled: a small file system mounted on `dir` where that is permitted, else faults injected at the
 * writes of the engine (`env` brings them in). `fill` gives whether it is full.
 */
export function createDisk(dir, scratch, { sizeMb, mayMount }) {
  if (mayMount && mount(['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0700`, 'tmpfs', dir])) {
    return {
      how: `a file system of ${sizeMb} MiB that is full`,
      env: {},
      fill() {
        // The engine writes on meanwhile: what is used may have grown before the limit is set.
        for (let tries = 0; tries < 20; tries++) {
          const { blocks, bfree, bsize } = statfsSync(dir);
          if (mount(['-o', `remount,size=${(blocks - bfree) * bsize}`, dir])) return true;
        }
        return false;
      },
      free: () => mount(['-o', `remount,size=${sizeMb * mebibyte}`, dir]),
      close: () => spawnSync('umount', ['-l', dir]),
    };
  }
  const flag = join(scratch, 'disk-is-full');
  const preload = new URL('./full-disk.mjs', import.meta.url);
  return {
    how: 'ENOSPC injected at the writes of the engine',
    env: { ECLUSE_CHAOS_FULL: flag, NODE_OPTIONS: `--import ${pathToFileURL(preload.pathname).href}` },
    fill() {
      writeFileSync(flag, '');
      return true;
    },
    free: () => rmSync(flag, { force: true }),
    close: () => rmSync(flag, { force: true }),
  };
}
