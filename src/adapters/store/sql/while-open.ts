import { Fault } from '../../../errors.js';
import type { Connection } from './connection.js';

/** A statement that comes when its transaction has ended would be committed by itself: it is refused instead. */
export function whileOpen(connection: Connection): { readonly during: Connection; end(): void } {
  let ended = false;
  const still = (): Connection => {
    if (ended)
      throw new Fault('INTERNAL', 'a transaction was used after it had ended: a call was not awaited');
    return connection;
  };
  return {
    during: {
      all: async (query, params) => still().all(query, params),
      one: async (query, params) => still().one(query, params),
      run: async (query, params) => still().run(query, params),
      runMany: async (insertion, rows) => still().runMany(insertion, rows),
      later: async (insertion, rows, missing) => still().later(insertion, rows, missing),
    },
    end: () => {
      ended = true;
    },
  };
}
