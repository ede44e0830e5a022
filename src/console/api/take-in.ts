import type { Interface } from '../../domain/interface.js';
import { type Deposited, type DepositOrder, depositFile } from '../../pipeline/deposit.js';
import type { ConsoleParts } from '../parts.js';
import { Problem } from '../problem.js';

export type Order = Omit<DepositOrder, 'mode' | 'interface' | 'path' | 'bytes'> & {
  readonly interface: Interface;
  /** Default: `api`. */
  readonly mode?: DepositOrder['mode'];
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
};

/** What a deposit is recorded with, where something else must be recorded with it. */
export type Run = Parameters<typeof depositFile>[0]['run'];

/**
 * Takes a file in as its partner's, durably (`depositFile`), unless nothing may be taken now.
 * @throws Problem 503 while the partner is held or the queue or the disk is full; 403 for a partner that is not active.
 */
export async function takeIn(
  parts: ConsoleParts,
  order: Order,
  within: (run: Run) => Run = (run) => run,
): Promise<Deposited> {
  const { content, ...rest } = order;
  await mustBeOpen(parts, order, 'bytes' in content ? content.bytes.length : 0);
  const { committer, queue } = parts.engine ?? {};
  const run: Run =
    committer === undefined ? (work) => parts.store.transaction(work) : (work) => committer.run(work);
  const done = await depositFile(
    {
      run: within(run),
      archive: parts.archive,
      clock: parts.clock,
      engineCode: parts.loaded.settings.engine.code,
      ...(queue === undefined ? {} : { queue }),
    },
    { mode: 'api', ...rest, ...content },
  );
  parts.engine?.metrics?.deposited(done.sizeBytes);
  return done;
}

/** What to do, told to those who deposit over a page and to those whose program does. */
const remedies = {
  person: {
    held: 'Rien n’a été enregistré. Reprenez ce partenaire depuis la page Partenaires, ou attendez qu’il le soit, puis déposez de nouveau.',
    full: 'Rien n’a été enregistré. Déposez de nouveau dans quelques instants.',
  },
  program: {
    held: 'Recommencez plus tard, avec la même clé d’idempotence.',
    full: 'Recommencez dans quelques instants, avec la même clé d’idempotence.',
  },
} as const;

async function mustBeOpen(
  { loaded, engine, store }: ConsoleParts,
  { partner, mode: way = 'api' }: Order,
  sizeBytes: number,
): Promise<void> {
  const known = loaded.settings.partners.find(({ code }) => code === partner);
  if (known === undefined || !known.active)
    throw new Problem(
      403,
      `Le partenaire ${partner} n’est pas raccordé.`,
      'Voyez avec l’administrateur de la plateforme.',
      undefined,
      'partenaire-inactif',
    );
  const gate = engine?.gate;
  const mode =
    gate?.mode(partner) ??
    (await store.partnerControls()).find((control) => control.partner === partner)?.mode ??
    'active';
  if (mode !== 'active')
    throw new Problem(
      503,
      'Les dépôts de ce partenaire sont suspendus pour le moment.',
      remedies[way === 'portal' ? 'person' : 'program'].held,
      60,
      'depots-suspendus',
    );
  if (gate !== undefined && !((await gate.opens(partner)) && gate.admits(partner, sizeBytes)))
    throw new Problem(
      503,
      'La plateforme ne peut pas prendre de flux pour le moment : sa file ou son disque est plein.',
      remedies[way === 'portal' ? 'person' : 'program'].full,
      5,
      'plateforme-saturee',
    );
}
