import { describe, expect, it } from 'vitest';
import { cadreTable } from '../../src/domain/cadres.js';
import { type WorksRole, type WorksRoute, type WorksStep, worksRoles } from '../../src/domain/works.js';
import { statusesAtCommit } from '../../src/lifecycle/first-statuses.js';
import { statusOf } from '../../src/lifecycle/status-table.js';
import { judgeTransition } from '../../src/lifecycle/transitions.js';
import { arrivalOf, availableAt, nextStep, redirected, rolesOf } from '../../src/lifecycle/works-route.js';
import { plannedSteps, valideurIsMissing, type WorksPolicy } from '../../src/route/works.js';
import { invoiceWith } from './rules/base.js';

const siretOf: Readonly<Record<WorksRole, string>> = {
  validator1: '10000000000001',
  validator2: '10000000000002',
  moe: '10000000000003',
  moa: '10000000000004',
};
const step = (role: WorksRole, partner: string | null = null): WorksStep => ({
  role,
  idType: '1',
  id: siretOf[role],
  name: role,
  country: 'FR',
  partner,
});
const routeOf = (...steps: WorksStep[]): WorksRoute => ({ steps, at: 0, acts: [] });
const accepts: Readonly<Record<WorksRole, string>> = {
  validator1: '13',
  validator2: '16',
  moe: '29',
  moa: '38',
};
const note = { at: '2026-03-02T10:00:00.000Z', reason: null, comment: 'conforme' };

/** Every choice of steps in order. */
const choices = Array.from({ length: 15 }, (_, i) =>
  worksRoles.filter((_role, bit) => (((i + 1) >> bit) & 1) === 1),
);

describe('works routes', () => {
  it.each(
    choices.flatMap((chosen) =>
      [null, 'MOE001'].map((partner) => [chosen.join(' '), partner, chosen] as const),
    ),
  )(
    'leads over %s (partner %s) to the recipient by statuses that the table allows',
    (_name, partner, chosen) => {
      let route = routeOf(...chosen.map((role) => step(role, partner)));
      const [first, second] = statusesAtCommit(true, route);
      expect(first).toBe('01');
      let at: string = '01';
      const set = (to: string, role: WorksRole | 'chorus') => {
        const verdict = judgeTransition({ from: at, to, role, reason: null, comment: null });
        expect(verdict, `${role} ${at} ${to}`).toMatchObject({ ok: true });
        at = to;
      };
      set(second ?? '', 'chorus');
      for (const role of chosen) {
        const available = availableAt(route) ?? '';
        if (at !== available) set(available, 'chorus');
        set(accepts[role], role);
        const next = nextStep(route, at, note);
        if (next.kind === 'advance') {
          expect(next.step.role).toBe(chosen[chosen.indexOf(role) + 1]);
          route = next.route;
          set(next.status, 'chorus');
        } else {
          expect(next.kind).toBe('deliver');
          if (next.kind === 'deliver') route = next.route;
        }
      }
      expect(availableAt(route)).toBeNull();
      expect(route.acts.map((act) => [act.step.role, act.code])).toEqual(
        chosen.map((role) => [role, accepts[role]]),
      );
      set('02', 'chorus');
      set('03', 'chorus');
      expect(nextStep(route, '13')).toEqual({ kind: 'none' });
    },
  );

  it('knows the refusals of the step that has the invoice, for good or as misdirected', () => {
    const route = routeOf(step('moe'), step('moa'));
    expect(nextStep(route, '19')).toEqual({ kind: 'refused', final: true });
    expect(nextStep(route, '28')).toEqual({ kind: 'refused', final: false });
    expect(nextStep(route, '32')).toEqual({ kind: 'none' });
    for (const code of ['14', '17', '19', '32']) expect(statusOf(code)?.final).toBe(true);
    for (const code of ['24', '26', '28', '31']) expect(statusOf(code)?.final).toBe(false);
    const other = redirected(route, { ...step('moa', 'MOE002'), id: '20000000000000' });
    expect(other.steps.map(({ role, id, partner }) => [role, id, partner])).toEqual([
      ['moe', '20000000000000', 'MOE002'],
      ['moa', siretOf.moa, null],
    ]);
  });

  it('waits while a complement is asked for, and gives it to the same step', () => {
    const route = routeOf(step('validator1'), step('moe', 'MOE001'));
    expect(nextStep(route, '34')).toEqual({ kind: 'none' });
    expect(nextStep(route, '12')).toMatchObject({ kind: 'advance', status: '23', again: true, route });
  });

  it('goes on when a validator lets its time pass', () => {
    const route = routeOf(step('validator1'), step('validator2'));
    const next = nextStep(route, '15');
    expect(next).toMatchObject({ kind: 'advance', status: '25', again: false });
    expect(next.kind === 'advance' && nextStep(next.route, '18').kind).toBe('deliver');
  });

  it('says by partner or identifier who plays which part', () => {
    const route = routeOf(step('validator1', 'ENT001'), step('moe', 'MOE001'), step('moa', 'MOE001'));
    expect(rolesOf(route, 'MOE001')).toEqual(['moe', 'moa']);
    expect(rolesOf(route, 'XXX001')).toEqual([]);
    expect(rolesOf(route, 'XXX001', (id) => id === siretOf.validator1)).toEqual(['validator1']);
  });

  it('is on its way to a connected MOE or MOA, and available at once to one that is not connected', () => {
    expect(worksRoles.map((role) => arrivalOf(step(role, 'AAA001')))).toEqual(['23', '25', '40', '39']);
    expect(worksRoles.map((role) => arrivalOf(step(role)))).toEqual(['23', '25', '27', '30']);
    expect(statusesAtCommit(true)).toEqual(['01', '02']);
    expect(statusesAtCommit(false)).toEqual(['01', '03']);
  });
});

describe('who validates', () => {
  const policy: WorksPolicy = { validation: 'before-delivery', circuits: [] };
  const valideur = {
    idType: '1',
    idTypeRaw: '1',
    id: '24590041000292',
    name: 'Maîtrise',
    country: 'FR',
  } as const;
  const planned = (cadre: string | null, more: Partial<WorksPolicy> = {}, named = true) =>
    plannedSteps(invoiceWith({ chorus: { cadre, market: 'M-1', validator: named ? valideur : null } }), {
      ...policy,
      ...more,
    }).map(({ role, id }) => [role, id]);
  const recipient = invoiceWith({}).chorus.recipient.id ?? '';

  it('gives the Valideur the part it plays for the cadre', () => {
    expect(planned('A4')).toEqual([['moe', valideur.id]]);
    expect(planned('A10')).toEqual([['validator1', valideur.id]]);
    expect(planned('A9')).toEqual([['validator1', valideur.id]]);
    expect(planned('A15')).toEqual([['moa', valideur.id]]);
    for (const cadre of ['A1', 'A2', 'A3', null]) expect(planned(cadre)).toEqual([]);
  });

  it('completes it by the circuit of the market, else of the recipient; the flow wins', () => {
    const circuits = [
      { recipient, moe: '30000000000000', moa: '40000000000000' },
      { recipient, market: 'M-1', validator2: '50000000000000', moe: '60000000000000' },
      { recipient: '99999999999999', moa: '70000000000000' },
    ];
    expect(planned('A4', { circuits })).toEqual([['moe', valideur.id]]);
    expect(planned('A10', { circuits })).toEqual([
      ['validator1', valideur.id],
      ['validator2', '50000000000000'],
      ['moe', '60000000000000'],
    ]);
    expect(planned('A10', { circuits: circuits.slice(0, 1) }, false)).toEqual([
      ['moe', '30000000000000'],
      ['moa', '40000000000000'],
    ]);
    expect(planned('A9', { circuits }, false)).toEqual([['validator2', '50000000000000']]);
    expect(planned('A1', { circuits })).toEqual([]);
  });

  it('asks nobody when the setting says so', () => {
    expect(planned('A4', { validation: 'none' })).toEqual([]);
  });

  it('notes a cadre that asks for a Valideur when none is known', () => {
    expect(valideurIsMissing(invoiceWith({ chorus: { cadre: 'A4' } }), [])).toBe(true);
    expect(valideurIsMissing(invoiceWith({ chorus: { cadre: 'A9' } }), [])).toBe(false);
    expect(valideurIsMissing(invoiceWith({ chorus: { cadre: 'A4' } }), [step('moe')])).toBe(false);
  });
});

describe('table of cadres', () => {
  it('has A1 to A25, and a part for the Valideur exactly where there is one', () => {
    expect(cadreTable.map(({ code }) => code)).toEqual(Array.from({ length: 25 }, (_, i) => `A${i + 1}`));
    for (const { valideur, valideurRole, validatedBy, kinds } of cadreTable) {
      expect(valideurRole === null).toBe(valideur === 'none');
      if (valideurRole !== null) expect(validatedBy).toContain(valideurRole);
      expect([...validatedBy]).toEqual(worksRoles.filter((role) => validatedBy.includes(role)));
      if (kinds.includes('E4')) expect(kinds).toContain('E5');
    }
  });
});
