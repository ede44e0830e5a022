import { describe, expect, it } from 'vitest';
import { findingOf, findingRules } from '../../src/domain/finding-rules.js';
import { type Role, roles } from '../../src/lifecycle/roles.js';
import { flowStatusTable, statusOf, statusTable, twoDigits } from '../../src/lifecycle/status-table.js';
import { judgeTransition, possibleStatuses, type WantedStatus } from '../../src/lifecycle/transitions.js';

/** Known by the schema only: no source tells what it means (DOMAIN 13). */
const meaningUnknown = '41';
const known = statusTable.filter((row) => row.code !== meaningUnknown);
const codes = new Set(statusTable.map((row) => row.code));

/** Every way from one status to another: who, from, to. */
const ways = statusTable.flatMap((row) =>
  row.moves.flatMap((move) => move.from.map((from) => ({ role: move.role, from, to: row.code }))),
);

function reachable(start: readonly string[], along = ways): ReadonlySet<string> {
  const seen = new Set(start);
  for (let grown = true; grown; ) {
    const next = along.filter(({ from, to }) => seen.has(from) && !seen.has(to));
    for (const { to } of next) seen.add(to);
    grown = next.length > 0;
  }
  return seen;
}

const want = (more: Partial<WantedStatus>): WantedStatus => ({
  from: '03',
  to: '08',
  role: 'recipient',
  reason: null,
  comment: null,
  ...more,
});

describe('table of statuses', () => {
  it('has a row for each code of the schema, 01 to 41 and 90 to 96, in order', () => {
    const numbers = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => String(from + i).padStart(2, '0'));
    expect(statusTable.map((row) => row.code)).toEqual(numbers(1, 41));
    expect(flowStatusTable.map((row) => row.code)).toEqual(numbers(90, 7));
  });

  it('names only codes and roles that exist, each once a row, and no status after itself', () => {
    for (const row of statusTable) {
      expect(row.from.filter((code) => !codes.has(code))).toEqual([]);
      expect(row.from).not.toContain(row.code);
      const mentions = row.moves.map((move) => move.role);
      expect(new Set(mentions).size, row.code).toBe(mentions.length);
      expect(mentions.filter((role) => !roles.includes(role))).toEqual([]);
      for (const move of row.moves) expect(new Set(move.from).size, row.code).toBe(move.from.length);
    }
  });

  it('gives each label and each API name to one code', () => {
    const names = statusTable.flatMap((row) => (row.apiName === null ? [] : [row.apiName]));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(statusTable.map((row) => row.label)).size).toBe(statusTable.length);
  });

  it('ends at final statuses, and only there', () => {
    const left = new Set(ways.map(({ from }) => from));
    for (const row of known) expect(left.has(row.code), row.code).toBe(!row.final);
  });

  it('reaches every status from a first one, and an end from every status', () => {
    const first = known
      .filter((row) => row.moves.some((move) => move.from.length === 0))
      .map((row) => row.code);
    expect(first).toEqual(['01', '22', '37']);
    expect([...reachable(first)].sort()).toEqual(known.map((row) => row.code));
    for (const row of known) {
      const ends = [...reachable([row.code])].filter((code) => statusOf(code)?.final === true);
      expect(ends.length, row.code).toBeGreaterThan(0);
    }
  });

  it('leads from every status but refusals to a payment', () => {
    const lost = known.filter((row) => !row.final && !reachable([row.code]).has('11'));
    expect(lost.map((row) => row.code)).toEqual([]);
  });

  it('pays an invoice that nobody disputes without any status of works', () => {
    const plain = new Set(statusTable.filter((row) => row.kinds === 'every').map((row) => row.code));
    const along = ways.filter(({ from, to }) => plain.has(from) && plain.has(to));
    expect(reachable(['01'], along).has('11')).toBe(true);
  });

  it('takes nothing back once it is paid for, whoever asks', () => {
    const accounting = ['09', '10', '11'];
    for (const { from, to } of ways) if (accounting.includes(from)) expect(accounting).toContain(to);
  });

  it('asks why of every refusal, suspension and request', () => {
    const mandatory = statusTable.filter((row) => row.reason === 'mandatory').map((row) => row.code);
    expect(mandatory).toEqual('04 05 06 14 17 19 20 24 26 28 31 32 34'.split(' '));
  });

  it('reads a code of one digit as the schema does', () => {
    expect(twoDigits('7')).toBe('07');
    expect(statusOf('7')?.apiName).toBe('SERVICE_FAIT');
    expect(statusOf('90')).toBeUndefined();
    expect(statusOf('A1')).toBeUndefined();
  });
});

describe('transitions', () => {
  it('follows the table in every case there is: from each code, to each code, by each role', () => {
    const allowed = new Set(ways.map(({ role, from, to }) => `${role} ${from} ${to}`));
    for (const from of codes)
      for (const to of codes)
        for (const role of roles) {
          const { ok } = judgeTransition(want({ from, to, role, comment: 'motif' }));
          expect(ok, `${role} ${from} ${to}`).toBe(allowed.has(`${role} ${from} ${to}`));
        }
  });

  it('has a text for every refusal, with all its facts filled in', () => {
    const refusals = [
      want({ to: '57' }),
      want({ to: '03', role: 'supplier' }),
      want({ to: '41' }),
      want({ from: '08' }),
      want({ from: '05' }),
      want({ from: '02' }),
      want({ from: null }),
      want({ to: '06', comment: '  ' }),
    ];
    const told = refusals.map((wanted) => {
      const verdict = judgeTransition(wanted);
      if (verdict.ok) throw new Error('it should be refused');
      const finding = findingOf(verdict.rule, verdict.facts);
      expect(finding.message + finding.fix).not.toMatch(/[{}]/);
      return verdict.rule;
    });
    expect(told).toEqual([
      'ECL-STA-UNKNOWN',
      'ECL-STA-ROLE',
      'ECL-STA-ROLE',
      'ECL-STA-SAME',
      'ECL-STA-FINAL',
      'ECL-STA-TRANSITION',
      'ECL-STA-TRANSITION',
      'ECL-STA-REASON',
    ]);
    expect(told.filter((id) => findingRules[id] === undefined)).toEqual([]);
  });

  it('accepts a reason or a comment, and tells which role acted', () => {
    expect(judgeTransition(want({ to: '6', reason: 'JUSTIF_ABS' }))).toMatchObject({
      ok: true,
      role: 'recipient',
      row: { code: '06' },
    });
    const both: readonly Role[] = ['recipient', 'accountant'];
    expect(judgeTransition(want({ from: '09', to: '10', role: both }))).toMatchObject({ ok: true });
    expect(judgeTransition(want({ from: '10', to: '05', role: both, comment: 'x' }))).toMatchObject({
      ok: false,
      rule: 'ECL-STA-TRANSITION',
    });
  });

  it('lists what a role may do next', () => {
    const next = possibleStatuses('03', ['recipient']).map((row) => row.code);
    expect(next).toEqual('04 05 06 07 08 35 36'.split(' '));
    expect(possibleStatuses('11', roles)).toEqual([]);
  });
});
