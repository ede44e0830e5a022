import type { FolderTrouble } from '../deliver/outbox.js';
import { asError } from '../errors.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { PartnerHealth, Store } from '../ports/store.js';

export interface DeliveryHealthOptions {
  readonly store: Pick<Store, 'transaction' | 'partnerHealth'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Faults in a row from which on the circuit is called open. */
  readonly faultsMax: number;
}

export interface DeliveryHealth {
  /** Keeps what the outbox tells of a partner's folder, so that `ecluse partners` shows it. */
  tell(partner: string, trouble: FolderTrouble | null): void;
  /** What an earlier run told is not known to be so any more. */
  forget(): Promise<void>;
}

export function createDeliveryHealth(options: DeliveryHealthOptions): DeliveryHealth {
  const { store, clock, log } = options;
  const since = new Map<string, { circuit: PartnerHealth['circuit']; at: string }>();

  function rowOf(partner: string, trouble: FolderTrouble | null): PartnerHealth {
    const circuit = trouble !== null && trouble.faults >= options.faultsMax ? 'open' : 'closed';
    const before = since.get(partner);
    const same = trouble !== null && trouble.faults > 1 && before?.circuit === circuit;
    const at = same ? before.at : clock.now().toISOString();
    since.set(partner, { circuit, at });
    return {
      partner,
      side: 'delivery',
      circuit,
      faults: trouble?.faults ?? 0,
      since: at,
      retryAt: trouble === null ? null : new Date(trouble.retryAtMs).toISOString(),
      error: trouble?.error ?? null,
    };
  }

  async function keep(rows: readonly PartnerHealth[]): Promise<void> {
    try {
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.setPartnerHealth(row);
      });
    } catch (thrown) {
      log.error('health of a partner could not be kept', { error: asError(thrown).message });
    }
  }

  return {
    tell(partner, trouble) {
      const row = rowOf(partner, trouble);
      const { circuit, faults, retryAt, error } = row;
      if (trouble === null) log.warn('out folder works again', { partner });
      else if (faults === 1 || faults === options.faultsMax)
        log.error('out folder cannot be used', { partner, circuit, faults, retryAt, error });
      void keep([row]);
    },
    async forget() {
      const known = await store.partnerHealth().catch(() => []);
      const failing = known.filter((row) => row.side === 'delivery' && row.faults > 0);
      if (failing.length > 0) await keep(failing.map(({ partner }) => rowOf(partner, null)));
    },
  };
}
