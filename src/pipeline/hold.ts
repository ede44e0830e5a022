import { asError } from '../errors.js';
import type { LowSpace } from '../intake/space.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';

/** Key of the store under which the reason of a stopped intake is kept: an empty text when there is none. */
export const holdKey = 'intake.hold';

export interface HoldOptions {
  readonly store: Pick<Store, 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told in French each time the intake stops or goes on. */
  readonly onHold: (text: string, held: boolean) => void;
}

/** Tells people, once for each change, that the intake has stopped for want of space, and that it goes on. */
export function createHold(options: HoldOptions): { tell(low: LowSpace | null): Promise<void> } {
  let held: 'no' | 'all' | 'large' = 'no';

  async function tell(low: LowSpace | null): Promise<void> {
    const now = low === null ? 'no' : low.waitingBytes === null ? 'all' : 'large';
    if (now === held) return;
    held = now;
    const text =
      low === null ? 'Prise en charge des dépôts reprise : la place est suffisante.' : holdText(low);
    options.onHold(text, low !== null);
    const at = options.clock.now().toISOString();
    try {
      await options.store.transaction(async (tx) => {
        await tx.setMeta(holdKey, low === null ? '' : text);
        const kind = low === null ? 'intake-resumed' : 'intake-held';
        await tx.insertEvents([{ at, actor: 'engine', kind, flow: null, invoice: null, text }]);
      });
    } catch (thrown) {
      // A disk that is full may not even take this: people have been told above.
      options.log.error('the stop of the intake could not be recorded', { error: asError(thrown).message });
    }
  }

  return { tell };
}

/** Why nothing is taken in, and what to do. */
export function holdText(low: LowSpace): string {
  const free = `il reste ${mebibytes(low.freeBytes)} Mio sur le disque de ${low.path}`;
  const limit = `seuil : ${mebibytes(low.freeBytesMin)} Mio, intake.freeBytesMin`;
  const remedy = "Libérez de la place : la prise en charge reprendra d'elle-même.";
  if (low.waitingBytes === null)
    return `Prise en charge des dépôts suspendue : ${free} (${limit}). ${remedy}`;
  return `Un dépôt de ${mebibytes(low.waitingBytes)} Mio attend dans son dossier : ${free} (${limit}). ${remedy}`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0).replace('.', ',');
}
