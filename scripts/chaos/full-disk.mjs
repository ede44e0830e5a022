// Preloaded into the engine where no file system may be mounted: while a flag file exists, every write through Node
// fails as on a full disk. SQLite writes by itself and is not touched by this; a mounted disk that is full is better.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const flag = process.env.ECLUSE_CHAOS_FULL;
const full = (fd) => {
  // Terminal and pipes are no disk.
  if (flag === undefined || fd <= 2 || !fs.existsSync(flag)) return null;
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
};
const { write, writeSync, writev } = fs;
fs.write = (fd, ...rest) => {
  const error = full(fd);
  if (error === null) return write(fd, ...rest);
  process.nextTick(rest.at(-1), error);
};
// `promisify(fs.write)` resolves to an object by this.
for (const symbol of Object.getOwnPropertySymbols(write)) fs.write[symbol] = write[symbol];
fs.writeSync = (fd, ...rest) => {
  const error = full(fd);
  if (error !== null) throw error;
  return writeSync(fd, ...rest);
};
fs.writev = (fd, ...rest) => {
  const error = full(fd);
  if (error === null) return writev(fd, ...rest);
  process.nextTick(rest.at(-1), error);
};
for (const symbol of Object.getOwnPropertySymbols(writev)) fs.writev[symbol] = writev[symbol];
syncBuiltinESMExports();
