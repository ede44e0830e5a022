import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { expect, it } from 'vitest';
import { flowName, piece } from '../../scripts/documents/names.mjs';
import { pes } from '../../scripts/documents/pes.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { enveloped, exclusive, testSigner, xadesSignature } from '../../scripts/documents/signature.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome, testClock } from '../helpers/home.js';

const signer = testSigner('ec', { subject: 'Atelier Bois et Métal' });
const clock = () => testClock('2026-03-02T09:00:00Z');
const partners = (more: object = {}) => [
  { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A', 'FSO1102A'], lifecycle: false, ...more },
  { code: 'COL001', name: 'Collectivités', lifecycle: false },
  { code: 'ETA001', name: 'État', lifecycle: false },
];
const entry = (name: string, content: string | Buffer) => ({ name, bytes: Buffer.from(content) });
const beside = (name: string, content: string) =>
  entry(`${name}.xades`, xadesSignature({ signer, references: [{ uri: name, content }] }));

/** Two invoices with their signatures; the second was changed after it was signed. */
function twoSigned(first: string, second: string): Buffer {
  const [a, b] = [ubl({ number: first, piece: piece(first) }), ubl({ number: second, piece: piece(second) })];
  return tarGz([
    beside('a.xml', a),
    entry('a.xml', a),
    entry('b.xml', b.replace('Livraison effectuée', 'Livraison promise')),
    beside('b.xml', b),
  ]);
}

it('an altered file beside its signature: told, or refused alone, or with its flow, as the settings say', async () => {
  const home = await openHome({
    clock: clock(),
    flags: { partners: partners({ signatures: { verify: 'enforced' } }), engine: { irrecevable: 'entry' } },
  });
  try {
    home.drop(flowName('FSO1100A', 1), twoSigned('S-1', 'S-2'));
    await home.idle();
    expect(home.outcomes[0]).toMatchObject({ state: 'IN_INTEGRE_PARTIEL', received: 2, integrated: 1 });
    expect(home.outcomes[0]?.fatal).toMatchObject([{ rule: 'ECL-SIG-DIGEST', entry: 'b.xml' }]);
    const { store } = home.app;
    const [flow] = await store.listFlows({});
    const [attempt] = await store.attempts(flow?.id ?? '');
    expect(attempt?.layers.find(({ layer }) => layer === 'signature')).toMatchObject({
      verdict: 'invalid',
      signatures: [
        { file: 'a.xml.xades', signer: 'Atelier Bois et Métal', covers: ['a.xml'], state: 'valid' },
        { file: 'b.xml.xades', covers: [], state: 'invalid' },
      ],
    });
  } finally {
    await home.close();
  }
});

it.each([
  ['advisory', {}, 'IN_INTEGRE', ['ECL-SIG-DIGEST']],
  ['off', { signatures: { verify: 'off' } }, 'IN_INTEGRE', []],
  [
    'enforced, whole flows',
    { signatures: { verify: 'enforced' } },
    'QP_IRRECEVABLE',
    ['ECL-ENV-UNTREATED', 'ECL-SIG-DIGEST'],
  ],
])('%s', async (_, more, state, rules) => {
  const home = await openHome({ clock: clock(), flags: { partners: partners(more) } });
  try {
    home.drop(flowName('FSO1100A', 1), twoSigned('S-1', 'S-2'));
    await home.idle();
    expect(home.outcomes[0]).toMatchObject({ state, received: 2 });
    const [flow] = await home.app.store.listFlows({});
    const findings = await home.app.store.findings(flow?.id ?? '');
    const about = findings.filter(({ layer }) => layer === 'signature' || layer === 'envelope');
    expect(about.map(({ rule }) => rule).sort()).toEqual(rules);
  } finally {
    await home.close();
  }
});

it('a PES_Aller with its signature inside is verified on the bytes as deposited, attachments included', async () => {
  const name = 'bon-de-livraison.pdf';
  const plain = pes({
    invoices: [{ number: 'PES-2026-0101' }],
    pieces: [[name, 'Bon de livraison de la facture PES-2026-0101', Buffer.from('%PDF-1.4 bon %%EOF')]],
  });
  const signed = (signature: string) =>
    Buffer.from(plain.toString('latin1').replace(/(<\/\w+:PES_Aller>\s*)$/, `${signature}$1`), 'latin1');
  const doc = XmlDocument.fromBuffer(plain);
  const content = doc.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
  doc.dispose();
  const references = [{ uri: '', content, transforms: [enveloped, exclusive] }];
  const deposit = signed(xadesSignature({ signer, references }));
  expect(deposit.length).toBeGreaterThan(plain.length);
  const home = await openHome({
    clock: clock(),
    flags: { partners: partners(), signatures: { verify: 'enforced' } },
  });
  try {
    home.drop(flowName('FSO1102A', 1), deposit);
    await home.idle();
    expect(home.outcomes[0]?.fatal).toEqual([]);
    expect(home.outcomes[0]?.state).toBe('IN_INTEGRE');
    const [flow] = await home.app.store.listFlows({});
    const [attempt] = await home.app.store.attempts(flow?.id ?? '');
    expect(attempt?.layers.find(({ layer }) => layer === 'signature')?.verdict).toBe('valid');
    const content2 = /<Fichier[^>]*>([A-Za-z0-9+/])/.exec(deposit.toString('latin1'))?.[1] ?? '';
    expect(content2).not.toBe('');
    const altered = deposit
      .toString('latin1')
      .replace(/(PES-2026-)0101/g, '$10102')
      .replace('002', '002');
    home.drop(flowName('FSO1102A', 2), Buffer.from(altered, 'latin1'));
    await home.idle();
    expect(home.outcomes[1]?.fatal.map(({ rule }) => rule)).toContain('ECL-SIG-DIGEST');
  } finally {
    await home.close();
  }
});

it('a signed invoice too large to be verified is integrated, and told', async () => {
  const invoice = ubl({ number: 'S-9', piece: piece('S-9') });
  const home = await openHome({
    clock: clock(),
    flags: { partners: partners(), signatures: { verify: 'enforced', sizeBytesMax: 2_000 } },
  });
  try {
    const references = [{ uri: 'a.xml', content: invoice, transforms: [exclusive] }];
    const files = [entry('a.xml', invoice), entry('a.xml.xades', xadesSignature({ signer, references }))];
    home.drop(flowName('FSO1100A', 1), tarGz(files));
    await home.idle();
    expect(home.outcomes[0]).toMatchObject({ state: 'IN_INTEGRE', received: 1 });
    const [flow] = await home.app.store.listFlows({});
    const findings = await home.app.store.findings(flow?.id ?? '');
    expect(findings.filter(({ layer }) => layer === 'signature').map(({ rule }) => rule)).toEqual([
      'ECL-SIG-SIZE',
    ]);
  } finally {
    await home.close();
  }
});
