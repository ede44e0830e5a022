import { newId } from '../../domain/ids.js';
import { asError } from '../../errors.js';
import { resolveSecret } from '../../settings/secret.js';
import type { ConsoleParts } from '../parts.js';
import { Problem } from '../problem.js';
import { type Answer, type Call, program } from '../route.js';
import { sameText } from '../tokens.js';

/** What is asked of the surroundings answers within this time, or is not ready. */
const deadlineMs = 3_000;
/** An answer is good for so long: whoever asks often asks the disk seldom. */
const freshMs = 2_000;

/** The process lives: nothing else is looked at. */
export const healthz = program({
  method: 'GET',
  path: '/healthz',
  handler: async () => ({ kind: 'text', type: 'text/plain; charset=utf-8', body: 'ok\n' }),
});

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly reason: string | null }[];
}

const known = new WeakMap<object, { at: number; readiness: Promise<Readiness> }>();

/** Whether requests can be served: store, archive, queue, each with why not. */
export const readyz = program({
  method: 'GET',
  path: '/readyz',
  async handler({ parts }): Promise<Answer> {
    const last = known.get(parts.loaded);
    const fresh =
      last !== undefined && Date.now() - last.at < freshMs
        ? last
        : { at: Date.now(), readiness: readinessOf(parts) };
    known.set(parts.loaded, fresh);
    const { ready, checks } = await fresh.readiness;
    return { kind: 'json', status: ready ? 200 : 503, body: { ready, checks } };
  },
});

export async function readinessOf({
  store,
  archive,
  engine,
}: Pick<ConsoleParts, 'store' | 'archive' | 'engine'>): Promise<Readiness> {
  const queue = engine?.queue;
  const checks = await Promise.all([
    checked('store', async () => void (await store.meta('probe'))),
    checked('archive', async () => {
      const key = `probe/${newId()}`;
      await archive.putIn(key, Buffer.from('ok'));
      await archive.discard(key);
    }),
    ...(queue === undefined ? [] : [checked('queue', async () => void (await queue.depth()))]),
  ]);
  return { ready: checks.every(({ ok }) => ok), checks };
}

async function checked(name: string, ask: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    await Promise.race([ask(), late]);
    return { name, ok: true, reason: null };
  } catch (error) {
    return { name, ok: false, reason: asError(error).message.slice(0, 300) };
  } finally {
    clearTimeout(timer);
  }
}

/** Figures for Prometheus: with the token of the settings, or without one to this machine alone. */
export const metrics = program({
  method: 'GET',
  path: '/metrics',
  async handler(call): Promise<Answer> {
    const { engine, loaded } = call.parts;
    if (!loaded.settings.metrics.enabled || engine?.metrics === undefined)
      throw new Problem(
        404,
        'Il n’y a pas de mesures à cette adresse.',
        'Voyez metrics.enabled dans les réglages.',
      );
    mustMayRead(call);
    return { kind: 'text', type: engine.metrics.registry.contentType, body: await engine.metrics.text() };
  },
});

const loopback = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;

function mustMayRead({ parts, request, ip }: Call): void {
  const { token } = parts.loaded.settings.metrics;
  if (token === undefined) {
    // A proxy on this machine speaks for others.
    if (loopback.test(request.raw.socket.remoteAddress ?? '') && loopback.test(ip)) return;
    throw new Problem(
      403,
      'Les mesures ne sont lues que de cette machine.',
      'Réglez metrics.token pour les lire d’ailleurs.',
    );
  }
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!sameText(given, resolveSecret(token, parts.env)))
    throw new Problem(
      401,
      'Le jeton des mesures manque ou n’est pas le bon.',
      'Voyez metrics.token dans les réglages.',
    );
}
