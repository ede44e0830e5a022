import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/settings/schema.js';
import {
  compareVersions,
  type RegradeChoice,
  regradeOf,
  regradesFor,
  type SetChoice,
  setsFor,
  versionFor,
} from '../../src/validate/packs/choice.js';

const e1 = { kind: 'E1', interfaceCode: 'FSO1100A', partner: 'FRN001' } as const;
const e2 = { kind: 'E2', interfaceCode: 'FSO1110A', partner: 'FRN002' } as const;

const modes = (choices: readonly SetChoice[], situation: typeof e1 | typeof e2) =>
  Object.fromEntries(setsFor(choices, situation).map(({ set, mode }) => [set, mode]));

describe('the sets of a document', () => {
  it('are Chorus rules everywhere, and EN 16931 as advice on E1 only, without any setting', () => {
    expect(modes([], e1)).toEqual({ en16931: 'advisory', chorus: 'enforced' });
    expect(modes([], e2)).toEqual({ chorus: 'enforced' });
    expect(setsFor([], e1).map(({ required }) => required)).toEqual([false, false]);
  });

  it.each([
    ['everywhere', {}, 'enforced', 'enforced'],
    ['by interface code', { interfaces: ['FSO1110A'] }, 'advisory', 'enforced'],
    ['by kind', { interfaces: ['E2'] }, 'advisory', 'enforced'],
    ['by partner', { partners: ['FRN001'] }, 'enforced', undefined],
    ['by interface and partner', { interfaces: ['E2'], partners: ['FRN001'] }, 'advisory', undefined],
  ] as const)('are chosen %s', (_how, scope, onE1, onE2) => {
    const choices = [{ set: 'en16931', mode: 'enforced', ...scope }] as const;
    expect(modes(choices, e1).en16931).toBe(onE1);
    expect(modes(choices, e2).en16931).toBe(onE2);
  });

  it('follow the last entry that matches, which may be off', () => {
    const choices: readonly SetChoice[] = [
      { set: 'br-fr', mode: 'enforced', version: '1.4.0' },
      { set: 'br-fr', mode: 'off', partners: ['FRN002'] },
      { set: 'chorus', mode: 'advisory', interfaces: ['E2'] },
    ];
    expect(setsFor(choices, e1)).toContainEqual({
      set: 'br-fr',
      mode: 'enforced',
      version: '1.4.0',
      required: true,
    });
    expect(modes(choices, e2)).toEqual({ chorus: 'advisory' });
  });

  it('match no partner entry where no partner is known', () => {
    const choices = [{ set: 'br-fr', mode: 'enforced', partners: ['FRN001'] }] as const;
    expect(setsFor(choices, { ...e1, partner: null }).map(({ set }) => set)).not.toContain('br-fr');
  });
});

describe('the settings', () => {
  const parse = (rules: unknown) => settingsSchema.safeParse({ rules }).success;

  it.each([
    [
      true,
      {
        sets: [
          {
            set: 'en16931',
            mode: 'enforced',
            version: '1.3.16',
            interfaces: ['E1', 'FSO1110A'],
            partners: ['FRN001'],
          },
        ],
      },
    ],
    [false, { sets: [{ set: 'en16931', mode: 'sometimes' }] }],
    [false, { sets: [{ set: 'EN 16931', mode: 'off' }] }],
    [false, { sets: [{ set: 'en16931', mode: 'off', interfaces: ['E9'] }] }],
    [false, { sets: [{ set: 'en16931', mode: 'off', partner: 'FRN001' }] }],
    [true, { regrade: [{ rule: 'BR-01', severity: 'off', reason: 'accord', set: 'en16931' }] }],
    [false, { regrade: [{ rule: 'BR-01', severity: 'off' }] }],
    [false, { regrade: [{ rule: 'BR-01', severity: 'off', reason: ' ' }] }],
    [false, { regrade: [{ rule: 'BR-01', severity: 'mild', reason: 'accord' }] }],
  ])('%s: %j', (well, rules) => {
    expect(parse(rules)).toBe(well);
  });
});

describe('re-gradings', () => {
  const choices: readonly RegradeChoice[] = [
    { rule: 'BR-CO-15', severity: 'warning', reason: 'accord de 2026' },
    { rule: 'BR-CO-15', severity: 'off', reason: 'reprise', partners: ['FRN001'] },
    { rule: 'BR-CO-15', severity: 'fatal', reason: 'norme', set: 'en16931' },
    { rule: 'G1.05', severity: 'warning', reason: 'qualification', interfaces: ['E2'] },
  ];

  it('are those of the document, the last of a rule and set alone', () => {
    expect(regradesFor(choices, e1).map(({ reason }) => reason)).toEqual(['reprise', 'norme']);
    expect(regradesFor(choices, e2).map(({ reason }) => reason)).toEqual([
      'accord de 2026',
      'norme',
      'qualification',
    ]);
  });

  it('count for their set before those for any set', () => {
    const mine = regradesFor(choices, e1);
    expect(regradeOf(mine, 'BR-CO-15', 'en16931')?.reason).toBe('norme');
    expect(regradeOf(mine, 'BR-CO-15', 'br-fr')?.reason).toBe('reprise');
    expect(regradeOf([...mine].reverse(), 'BR-CO-15', 'en16931')?.reason).toBe('norme');
    expect(regradeOf(mine, 'BR-01', 'en16931')).toBeNull();
  });
});

describe('the version of the day', () => {
  const pack = (version: string, validFrom: string | null = null, validTo: string | null = null) => ({
    version,
    validFrom,
    validTo,
  });

  it.each([
    ['2026-08-31', '1.3.1'],
    ['2026-09-01', '1.4.0'],
    ['2027-03-31', '1.4.0'],
    ['2027-04-01', '1.3.1'],
  ])('on %s is %s', (day, version) => {
    const packs = [pack('1.4.0', '2026-09-01', '2027-03-31'), pack('1.3.1')];
    expect(versionFor(packs, day, null)?.version).toBe(version);
  });

  it('is the higher of two that became valid together, by numbers and not by letters', () => {
    expect(versionFor([pack('1.3.9'), pack('1.3.16')], '2026-11-21', null)?.version).toBe('1.3.16');
    expect(compareVersions('1.4.0.03', '1.4.0.3-rc')).not.toBe(0);
  });

  it('is the pinned one whatever its dates, and none when that one is not there', () => {
    const packs = [pack('1.3.15', null, '2020-01-01'), pack('1.3.16')];
    expect(versionFor(packs, '2026-11-21', '1.3.15')?.version).toBe('1.3.15');
    expect(versionFor(packs, '2026-11-21', '9')).toBeNull();
    expect(versionFor([pack('1', '2030-01-01')], '2026-11-21', null)).toBeNull();
  });
});
