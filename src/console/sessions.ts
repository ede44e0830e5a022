import { newId } from '../domain/ids.js';
import type { Session, User } from '../ports/store-console.js';
import type { ConsoleParts } from './parts.js';
import type { Visitor } from './route.js';
import { newToken, tokenHash } from './tokens.js';

/** When a session was last seen is written at most this often. */
const touchMs = 60_000;
const agentLengthMax = 200;

/** Sessions in the store: the browser has a random token, the store its SHA-256. */
export interface Sessions {
  /** The person behind a token; null when it is unknown, over, idle for too long, or its account is disabled. */
  find(token: string, by: { readonly person: boolean }): Promise<Visitor | null>;
  /** A session as it would be written, and its token. */
  prepare(
    user: User,
    from: { readonly ip: string; readonly agent: string },
  ): { token: string; session: Session };
}

export function createSessions({ store, clock, loaded }: ConsoleParts): Sessions {
  const { sessionMs, sessionIdleMs } = loaded.settings.console;
  return {
    async find(token, { person }) {
      const found = await store.session(tokenHash(token));
      if (found === null || found.user.disabledAt !== null) return null;
      const now = clock.now();
      const idleMs = now.getTime() - Date.parse(found.session.seenAt);
      if (found.session.expiresAt <= now.toISOString() || idleMs > sessionIdleMs) return null;
      // A page that refreshes itself is no sign of a person before it.
      if (person && idleMs > Math.min(touchMs, sessionIdleMs / 4))
        await store.transaction((tx) => tx.touchSession(found.session.hash, now.toISOString()));
      return found;
    },
    prepare(user, { ip, agent }) {
      const token = newToken();
      const now = clock.now();
      const session: Session = {
        hash: tokenHash(token),
        id: newId(now.getTime()),
        user: user.id,
        createdAt: now.toISOString(),
        seenAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + sessionMs).toISOString(),
        ip,
        agent: agent.slice(0, agentLengthMax),
      };
      return { token, session };
    },
  };
}
