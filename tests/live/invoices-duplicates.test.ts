import { afterEach, beforeEach, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { duplicatesIn } from '../../src/domain/duplicates.js';
import { orderReplay } from '../../src/pipeline/replay-order.js';
import { openHome, type TestHome } from '../helpers/home.js';

let home: TestHome;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

const first = flowName('FSO1100A', 1);

async function drop(name: string, content: string): Promise<void> {
  home.drop(name, content);
  await home.idle();
}

/** The newest flow under a name, with what the audit trail, the findings and the report say of duplicates. */
async function seen(name: string) {
  const { store } = home.app;
  const [flow] = await store.findFlows(name);
  if (flow === undefined) throw new Error(`${name} is not there`);
  const events = (await store.events(flow.id)).filter(({ kind }) => kind.startsWith('duplicate-'));
  const found = duplicatesIn(await store.findings(flow.id));
  const reports = (await store.listDeliveries({ flow: flow.id, kind: 'integration-report' })).map(
    ({ body }) => body,
  );
  return { flow, events, kinds: found.map(({ kind }) => kind), report: reports.at(-1) ?? '' };
}

async function replayed(name: string): Promise<void> {
  const { flow } = await seen(name);
  await orderReplay(home.app.store, flow, {
    by: 'user:claire',
    at: new Date().toISOString(),
    reason: 'vérification',
    asOf: null,
    file: null,
  });
  await home.idle();
}

const cases = [
  {
    what: 'the same bytes under a new name',
    kind: 'duplicate-bytes',
    rule: 'ECL-ENV-SAME-BYTES',
    name: flowName('FSO1100A', 2),
    content: ubl({ number: 'D-1' }),
    state: 'QP_IRRECEVABLE',
  },
  {
    what: 'the same flow name with other bytes',
    kind: 'duplicate-name',
    rule: 'IRR_UNICITE',
    name: first,
    content: ubl({ number: 'D-2' }),
    state: 'QP_IRRECEVABLE',
  },
  {
    what: 'the same invoice number in other bytes',
    kind: 'duplicate-number',
    rule: 'REJ_UNI',
    name: flowName('FSO1100A', 3),
    content: ubl({ number: 'D-1', date: '2026-01-16' }),
    state: 'IN_REJETE',
  },
] as const;

it.each(cases)(
  '$what: a verdict of its own, after a replay too',
  async ({ kind, rule, name, content, state }) => {
    await drop(first, ubl({ number: 'D-1' }));
    const before = await seen(first);
    expect(before.events).toEqual([]);
    await drop(name, content);
    const once = await seen(name);
    expect(once.flow.state).toBe(state);
    expect(once.kinds).toEqual([kind]);
    expect(once.events.map((event) => event.kind)).toEqual([kind]);
    // It names the flow that came first.
    expect(once.events[0]?.text).toContain(first);
    expect(once.report).toContain(`<CodeErreur>${rule}</CodeErreur>`);
    for (const other of cases) if (other.rule !== rule) expect(once.report).not.toContain(other.rule);
    await replayed(name);
    const twice = await seen(name);
    expect(twice.flow).toMatchObject({ state, attempt: 2, invoicesIntegrated: 0 });
    expect(twice.kinds).toEqual([kind]);
    expect(twice.events.map((event) => event.kind)).toEqual([kind, kind]);
    expect(twice.report).toContain(`<CodeErreur>${rule}</CodeErreur>`);
    expect(await home.app.store.listInvoices({ number: 'D-1' })).toSatisfy(
      (rows: readonly { fate: string }[]) => rows.filter(({ fate }) => fate === 'integrated').length === 1,
    );
  },
);
