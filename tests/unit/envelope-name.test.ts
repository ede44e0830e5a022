import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import type { Partner } from '../../src/domain/partner.js';
import { checkEnvelope, readFlowName } from '../../src/envelope/name.js';

const partner: Partner = {
  code: 'FRN001',
  name: 'Fournisseur',
  interfaces: ['FSO1100A', 'FSO1101A', 'FSO1117A'],
  receives: [],
  lifecycle: true,
  reportWarnings: false,
  active: true,
};
const extensions = ['.xml', '.tar.gz', '.pdf'];
const good = 'FSO1100A_FRN001_FRN0011100000000000000001';

function check(name: string, more: Partial<Parameters<typeof checkEnvelope>[0]> = {}) {
  return checkEnvelope({
    name,
    partner,
    sizeBytes: 10,
    limits: defaultLimits,
    nameExtensions: extensions,
    ...more,
  });
}

describe('flow name', () => {
  it.each(['', '.xml', '.tar.gz', '.pdf', '.XML'])('reads 8_6_25 with the extension "%s"', (extension) => {
    expect(readFlowName(good + extension, extensions)).toEqual({
      kind: 'name',
      name: {
        interfaceCode: 'FSO1100A',
        partner: 'FRN001',
        flowId: 'FRN0011100000000000000001',
        extension,
      },
    });
  });

  it('accepts letters behind the partner code of a flow id', () => {
    expect(readFlowName('FSO1100A_FRN001_FRN001A2Z000000000000000Q', []).kind).toBe('name');
  });

  it('refuses an extension that is not tolerated', () => {
    expect(readFlowName(`${good}.xml`, [])).toMatchObject({
      problem: "l'extension « .xml » n'est pas admise (admises : aucune)",
    });
  });

  it.each([
    ['facture janvier.xml', /aucun « _ »/],
    ['', /est vide/],
    ['a_b_c_d', /4 parties/],
    ['FSO110A_FRN001_FRN0011100000000000000001', /code interface « FSO110A » a 7 caractères au lieu de 8/],
    ['fso1100a_FRN001_FRN0011100000000000000001', /code interface « fso1100a » contient des minuscules/],
    ['FSO11O0A_FRN001_FRN0011100000000000000001', /code interface « FSO11O0A » n'a pas la bonne forme/],
    ['FSO1100A_FRN01_FRN0011100000000000000001', /code application « FRN01 » a 5 caractères au lieu de 6/],
    ['FSO1100A_FRN001_FRN001110000000000000001', /identifiant du flux .* a 24 caractères au lieu de 25/],
    ['FSO1100A_FRN001_FRN001110000000000000-001', /contient « - »/],
    ['FSO1100A_FRN001_ETA0011100000000000000001', /commence par « ETA001 » et non par « FRN001 »/],
    [`${good}.doc`, /extension « \.doc »/],
    [`${good}\n`, /26 caractères/],
  ])('says what is wrong with %j', (name, problem) => {
    const reading = readFlowName(name, extensions);
    expect(reading).toMatchObject({ kind: 'malformed', problem: expect.stringMatching(problem) });
    expect(check(name).findings.map((f) => f.rule)).toEqual(['IRR_FORM']);
  });
});

describe('envelope', () => {
  it('has nothing to say about a good one', () => {
    const envelope = check(good);
    expect(envelope.findings).toEqual([]);
    expect(envelope.interface?.code).toBe('FSO1100A');
    expect(envelope.name?.flowId).toBe('FRN0011100000000000000001');
  });

  it('shows an example for the interface that was meant, and leaves no placeholder open', () => {
    const { findings, name, interface: row } = check('FSO1117A_FRN001_1');
    expect(name).toBeNull();
    expect(row?.code).toBe('FSO1117A');
    expect(findings[0]?.fix).toContain('FSO1117A_FRN001_FRN0011117000000000000001');
  });

  it.each([
    ['FSO1999A_FRN001_FRN0011999000000000000010', 'IRR_CODE_INTER', null],
    ['FSO1101A_FRN001_FRN0011101000000000000011', 'ECL-ENV-UNSUPPORTED', 'FSO1101A'],
    ['FSO1111A_FRN001_FRN0011111000000000000011', 'ECL-ENV-UNSUPPORTED', 'FSO1111A'],
    ['FSO1120A_FRN001_FRN0011120000000000000013', 'ECL-ENV-SUBSCRIPTION', 'FSO1120A'],
    ['FEN1201A_FRN001_FRN0011201000000000000013', 'ECL-ENV-DIRECTION', null],
    ['FSO1100A_ETA001_ETA0011100000000000000012', 'IRR_CODE_APP', 'FSO1100A'],
  ])('refuses %s by %s', (name, rule, interfaceCode) => {
    const { findings, interface: row } = check(name);
    expect(findings.map((f) => f.rule)).toEqual([rule]);
    expect(row?.code ?? null).toBe(interfaceCode);
    for (const f of findings) expect(`${f.message} ${f.fix}`).not.toMatch(/\{\w+\}/);
  });

  it('tells everything at once', () => {
    const { findings } = check('FSO1999A_ETA001_ETA0011100000000000000012', { sizeBytes: 0 });
    expect(findings.map((f) => f.rule)).toEqual(['IRR_CODE_APP', 'IRR_CODE_INTER', 'IRR_VIDE']);
  });

  it('names a code that works in place of one that does not', () => {
    const { findings } = check('FSO1112A_FRN001_FRN0011112000000000000011');
    expect(findings[0]?.fix).toContain('FSO1100A');
  });

  it('holds the size to its limit, and a closed connection closed', () => {
    const limits = { ...defaultLimits, flowBytesMax: 9 };
    expect(check(good, { limits }).findings.map((f) => f.rule)).toEqual(['IRR_TAILLE']);
    const closed = { ...partner, active: false };
    expect(check(good, { partner: closed }).findings.map((f) => f.rule)).toEqual(['ECL-ENV-INACTIVE']);
  });
});
