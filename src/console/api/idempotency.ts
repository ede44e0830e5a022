import { createHash } from 'node:crypto';
import type { StoreTransaction } from '../../ports/store.js';
import type { IdempotentCall } from '../../ports/store-console.js';
import { Problem } from '../problem.js';
import type { Answer, Call } from '../route.js';
import { keyOf } from './shapes.js';
import type { Run } from './take-in.js';

/** The header with which a client may ask again without harm, and the one that says that an answer was given before. */
export const idempotencyHeader = 'idempotency-key';
const replayedHeader = 'idempotent-replayed';

/** Another call has the key, or has had it: its transaction is given up. */
class Held extends Error {
  constructor(readonly call: IdempotentCall) {
    super('the key is held');
  }
}

/** A call that may be made again: what it does and what it answers are committed together, or not at all. */
export interface Once {
  /** Puts the answer into the transaction of the work: `text` makes it of what the work gives. */
  within(run: Run, text: (done: unknown) => string): Run;
}

/**
 * Does a work once for a key, and answers it the same way whenever it is asked for again.
 * @param asked what is asked for: the same key with something else is refused
 * @param again makes the answer of what was kept
 * @throws Problem 400 for a key that is none, 422 for one that came with something else.
 */
export async function once(
  call: Call,
  asked: readonly string[],
  work: (once: Once) => Promise<Answer>,
  again: (kept: string) => Promise<Answer>,
): Promise<Answer> {
  const key = keyIn(call);
  if (key === null) return work({ within: (run) => run });
  const caller = `key:${keyOf(call).id}`;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([call.request.method, ...asked]))
    .digest('hex');
  const ask = { caller, key, fingerprint, at: call.parts.clock.now().toISOString() };
  const known = await alive(call, caller, key);
  if (known !== null) return answerAgain(known, fingerprint, again);
  try {
    return await work({ within: (run, text) => (inner) => run((tx) => keeping(tx, ask, inner, text)) });
  } catch (thrown) {
    if (thrown instanceof Held) return answerAgain(thrown.call, fingerprint, again);
    throw thrown;
  }
}

async function keeping<T>(
  tx: StoreTransaction,
  ask: Omit<IdempotentCall, 'status' | 'answer'>,
  work: (tx: StoreTransaction) => Promise<T>,
  text: (done: unknown) => string,
): Promise<T> {
  const held = await tx.beginIdempotent(ask);
  if (held !== null) throw new Held(held);
  const done = await work(tx);
  await tx.endIdempotent(ask.caller, ask.key, 200, text(done));
  return done;
}

/** What was kept under the key; what is older than the setting is forgotten. */
async function alive(call: Call, caller: string, key: string): Promise<IdempotentCall | null> {
  const { store, clock, loaded } = call.parts;
  const known = await store.idempotentCall(caller, key);
  if (known === null) return null;
  const since = new Date(clock.now().getTime() - loaded.settings.api.idempotencyMs).toISOString();
  if (known.at >= since) return known;
  await store.transaction((tx) => tx.dropIdempotent(caller, key));
  return null;
}

async function answerAgain(
  { fingerprint, answer }: IdempotentCall,
  asked: string,
  again: (kept: string) => Promise<Answer>,
): Promise<Answer> {
  if (fingerprint !== asked)
    throw new Problem(
      409,
      'Cette clé d’idempotence a déjà servi pour une autre demande.',
      'Prenez une clé nouvelle pour chaque demande, et la même seulement pour la répéter.',
      undefined,
      'idempotence-autre-demande',
    );
  const given = await again(answer ?? '');
  return given.kind === 'json'
    ? { ...given, headers: { ...given.headers, [replayedHeader]: 'true' } }
    : given;
}

function keyIn({ request }: Call): string | null {
  const text = request.headers[idempotencyHeader];
  if (text === undefined) return null;
  if (typeof text === 'string' && /^[\x21-\x7e]{1,200}$/.test(text)) return text;
  throw new Problem(
    400,
    'La clé d’idempotence n’a pas la forme attendue.',
    'De 1 à 200 caractères imprimables, sans espace : un UUID convient.',
    undefined,
    'idempotence-forme',
  );
}
