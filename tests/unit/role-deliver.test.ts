import { expect, it } from 'vitest';
import { createDeliverRole, type DeliverRoleOptions } from '../../src/pipeline/role-deliver.js';

const nothing = async () => 0;

it('is quiet once no folder is looked into: a run that ends when all is quiet has noted what was fetched', async () => {
  const looked = new Set(['FRN001']);
  const options: Pick<DeliverRoleOptions, 'lookout' | 'partners'> = {
    lookout: {
      look: async () => undefined,
      busy: (partner) => looked.has(partner),
      close: async () => undefined,
    },
    partners: ['COL001', 'FRN001'],
  };
  const role = createDeliverRole({
    ...options,
    outbox: { drain: nothing, busy: () => false, delivered: () => 0, close: async () => undefined },
    lifecycle: { flush: nothing, waiting: async () => false },
    worksWatch: { turn: nothing },
    alerts: { turn: async () => undefined },
    leases: {} as DeliverRoleOptions['leases'],
    settings: {
      lookMs: 1,
      alertMs: 1,
      outbox: { busyMs: 1, idleMsMax: 1 },
      groups: { busyMs: 1, idleMsMax: 1 },
    },
  });
  expect(await role.quiet()).toBe(false);
  looked.clear();
  expect(await role.quiet()).toBe(true);
});
