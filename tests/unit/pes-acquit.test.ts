import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finding, finding } from '../../src/domain/finding.js';
import type { PesEnvelope } from '../../src/domain/pes.js';
import { readPesAcquit } from '../../src/formats/pes/acquit.js';
import { type AcquitInput, pesAcquit } from '../../src/report/pes-acquit.js';
import { createSchemaEngine, pickSchema } from '../../src/validate/schema/engine.js';
import { officialSchema } from '../helpers/official.js';
import { shared } from '../helpers/root.js';

const schema = 'pes/PES_V2/Rev0/PES_V2_Acquit_Autonome_V2.xsd';
const present = existsSync(join(shared, 'reference/xsd', schema));
if (!present) console.log(`skipped: no published PES_ACQUIT schema below ${shared} (set ECLUSE_SHARED)`);

const envelope: PesEnvelope = {
  version: '2',
  typFic: 'PESALR2',
  nomFic: 'PES < & "1"',
  idPost: '02A123',
  idColl: '79955500800017',
  finJur: null,
  codCol: '123',
  codBud: '00',
  libelleColBud: 'COMMUNE DE L’ÉCLUSE',
  pieceIds: ['PJ1', 'PJ2'],
};
const fatal = (rule: string, more: Partial<Finding> = {}): Finding =>
  finding({
    rule,
    severity: 'fatal',
    layer: 'chorus',
    message: 'Un montant est faux : « é » < 1.',
    fix: 'Corrigez.',
    ...more,
  });
const input: AcquitInput = {
  pes: envelope,
  engine: { code: 'CPP001', name: 'ECLUSE' },
  at: new Date('2026-03-02T09:00:00Z'),
  refusedFor: [],
  invoices: [
    { index: 0, number: 'F-1', integrated: true },
    { index: 1, number: 'F-2', integrated: true },
  ],
  findings: [],
};
const refused: AcquitInput = {
  ...input,
  invoices: [
    { index: 0, number: 'F-1', integrated: true },
    { index: 1, number: 'F-2', integrated: false },
  ],
  findings: [
    fatal('ECL-PES-SUM-HT', { invoiceIndex: 1 }),
    fatal('ECL-PES-PJ-BROKEN', { invoiceIndex: 1, path: '/n:PES_Aller/PES_PJ/PJ[2]/Contenu/Fichier' }),
    { ...fatal('ECL-PES-LINE-VAT', { invoiceIndex: 0 }), severity: 'warning' },
  ],
};
const technical: AcquitInput = {
  ...input,
  refusedFor: [fatal('XSD', { message: 'x'.repeat(900) }), fatal('ECL-XML-ENCODING')],
};

function read(text: string | null) {
  const told = readPesAcquit(Buffer.from(text ?? '', 'latin1'));
  if (!told.ok) throw new Error(told.finding.message);
  return told.acquit;
}

describe('PES_ACQUIT as we write it', () => {
  const engine = createSchemaEngine();
  const official = present ? officialSchema(schema) : null;
  afterAll(() => {
    engine.dispose();
    official?.dispose();
  });
  const cases = {
    input,
    refused,
    technical,
    unnamed: { ...input, pes: { ...envelope, libelleColBud: '.', codBud: 'é' } },
  };

  it.each(Object.keys(cases) as (keyof typeof cases)[])('is valid against our schema: %s', (name) => {
    const text = pesAcquit(cases[name]) ?? '';
    expect(engine.check(Buffer.from(text), (root) => pickSchema(root, { e2: false }))).toMatchObject({
      kind: 'checked',
      schema: 'pes-acquit',
      findings: [],
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
    expect(text).toMatch(/^[\x00-\x7f]*$/);
    expect(text).toContain('encoding="ISO-8859-1"');
  });

  it.skipIf(!present).each(Object.keys(cases) as (keyof typeof cases)[])(
    'is valid against the published schema: %s',
    (name) => {
      expect(official?.problems(pesAcquit(cases[name]) ?? '')).toEqual([]);
    },
  );

  it('tells the sender’s own names again, and that everything was taken', () => {
    const acquit = read(pesAcquit(input));
    expect(acquit).toMatchObject({
      accepted: true,
      envelope: { ...envelope, pieceIds: [] },
      elements: [
        { domain: '12', accepted: true, details: [] },
        { domain: '4', accepted: true, pieceId: 'PJ1' },
        { domain: '4', accepted: true, pieceId: 'PJ2' },
      ],
    });
  });

  it('tells the refused invoice by its place and number, and the PJ that was at fault', () => {
    const { accepted, elements } = read(pesAcquit(refused));
    expect(accepted).toBe(false);
    expect(elements.map((one) => [one.domain, one.accepted])).toEqual([
      ['12', false],
      ['4', true],
      ['4', false],
    ]);
    expect(elements[0]?.details).toMatchObject([
      { number: '2', errors: [{ code: 'ERREUR_CUMUL_MONTANTS' }, { code: 'ERREUR_PJ' }] },
    ]);
    expect(elements[0]?.details[0]?.errors[0]?.label).toBe(
      'ECL-PES-SUM-HT facture F-2 : Un montant est faux : « é » < 1.',
    );
    expect(elements[2]?.errors).toMatchObject([{ code: 'ERREUR_PJ' }]);
  });

  it('tells of a file that was refused as a whole in one technical element', () => {
    const { elements } = read(pesAcquit(technical));
    expect(elements).toHaveLength(1);
    expect(elements[0]).toMatchObject({
      domain: '0',
      accepted: false,
      errors: [{ code: 'ERREUR_SCHEMA_INCOMPLET' }, { code: 'ERREUR_ENCODING' }],
    });
    expect(elements[0]?.errors[0]?.label).toHaveLength(500);
  });

  it('is not written for a file that does not say what it must tell again', () => {
    for (const patch of [
      { nomFic: null },
      { nomFic: '000' },
      { idPost: '34' },
      { codCol: 'ABCD' },
      { typFic: 'nc' },
    ])
      expect(pesAcquit({ ...input, pes: { ...envelope, ...patch } })).toBeNull();
  });
});

describe('PES_ACQUIT as others write it', () => {
  it('is read whatever its namespace, its order, and what it lacks', () => {
    const acquit =
      read(`<PES_ACQUIT xmlns="urn:old"><ACQUIT><ElementACQUIT><ExerciceBord V="2016"/><NumBord V="7"/>
<EtatAck V="FALSE"/><DomaineAck V="5"/><Erreur><LibelleAnoAck>texte</LibelleAnoAck></Erreur>
<DetailPiece><NumPiece V="9"/><DetailLigne><NumLigne V="3"/><Erreur><NumAnoAck V="ERREUR_AUTRE"/></Erreur></DetailLigne></DetailPiece>
</ElementACQUIT><ElementACQUIT><EtatAck V="?"/></ElementACQUIT></ACQUIT></PES_ACQUIT>`);
    expect(acquit).toMatchObject({
      namespace: 'urn:old',
      accepted: false,
      envelope: { nomFic: null, codCol: null },
      elements: [
        {
          domain: '5',
          accepted: false,
          bordereau: '7',
          exercice: '2016',
          errors: [{ code: null, label: 'texte' }],
          details: [{ number: '9', lines: [{ number: '3', errors: [{ code: 'ERREUR_AUTRE' }] }] }],
        },
        { domain: null, accepted: null },
      ],
    });
  });

  it('is refused where it is none, not XML, or has a DOCTYPE', () => {
    const rule = (text: string) => {
      const told = readPesAcquit(Buffer.from(text));
      return told.ok ? null : told.finding.rule;
    };
    expect(rule('<PES_Retour/>')).toBe('IRR_SYNTAX');
    expect(rule('<PES_ACQUIT>')).toBe('ECL-XML-MALFORMED');
    expect(rule('<!DOCTYPE a><PES_ACQUIT/>')).toBe('ECL-XML-DTD');
    expect(rule('<?xml version="1.0" encoding="x-none"?><PES_ACQUIT/>')).toBe('ECL-XML-ENCODING');
    expect(rule('<PES_ACQUIT/>')).toBeNull();
  });

  it.skipIf(!present)('is read from real systems, also where its schema refuses it', () => {
    const file = (name: string) =>
      read(readFileSync(join(shared, 'reference/samples/pes', name)).toString('latin1'));
    expect(file('real_pastell_pes_acquit.xml').accepted).not.toBeNull();
    expect(file('s2low_pes_acquit.xml').envelope.nomFic).toMatch(/\S/);
    const ko = file('s2low_pes_acquit_ko_boite1.xml');
    expect(ko).toMatchObject({
      accepted: false,
      elements: [{ domain: '0', errors: [{ code: 'ERREUR_AUTRE' }] }],
    });
    expect(file('real_lobey86_pes_acquit_v1ns.xml').elements.length).toBeGreaterThan(0);
  });
});
