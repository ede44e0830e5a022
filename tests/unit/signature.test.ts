import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ds,
  enveloped,
  exclusive,
  type TestReference,
  type TestSignature,
  type TestSigner,
  testSigner,
  xadesSignature,
} from '../../scripts/documents/signature.mjs';
import { findingOf } from '../../src/domain/finding-rules.js';
import { defaultSignatures } from '../../src/domain/signature-policy.js';
import { judgeSignatures } from '../../src/signature/judge.js';
import { isCmsSignature, isSignatureRoot, mayHoldSignature } from '../../src/signature/recognise.js';
import { type VerifyRequest, verifySignatures } from '../../src/signature/verify.js';

const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const sig = 'urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2';
const now = new Date('2026-03-02T09:00:00Z');
let folder: string;
let rsa: TestSigner;
let ec: TestSigner;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ecluse-signature-'));
  rsa = testSigner('rsa');
  ec = testSigner('ec');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(name: string, content: string | Buffer) {
  const path = join(folder, String(files++));
  writeFileSync(path, content);
  return { name, path, sizeBytes: Buffer.byteLength(content) };
}

/** A document in canonical form, with a place for a signature. */
function invoice(signature: string, total = '100.00'): string {
  return `<Invoice xmlns="urn:test"><Ext>${signature}</Ext><Total Id="total">${total}</Total></Invoice>`;
}

const whole = (): TestReference => ({ uri: '', content: invoice(''), transforms: [enveloped, exclusive] });

function run(content: string | Buffer, more: Partial<VerifyRequest> = {}) {
  const own =
    typeof content === 'string' || Buffer.isBuffer(content) ? file('facture.xml', content) : content;
  return verifySignatures({ role: 'enveloped', own, others: [], limits: defaultSignatures, now, ...more });
}

/** Rules met by the one signature of an invoice signed as asked. */
function rulesOf(options: Partial<TestSignature>, total?: string): string[] {
  const signature = xadesSignature({ signer: rsa, references: [whole()], ...options });
  const [report] = run(invoice(signature, total));
  return report?.problems.map(({ rule }) => rule) ?? ['no signature'];
}

describe('enveloped signatures', () => {
  it.each(['rsa', 'ec'] as const)('accepts one made with %s, and tells who, when and what', (kind) => {
    const [report] = run(
      invoice(xadesSignature({ signer: kind === 'rsa' ? rsa : ec, references: [whole()] })),
    );
    expect(report).toMatchObject({
      signer: 'Fournisseur Signataire',
      signedAt: '2026-02-01T10:00:00Z',
      covers: [{ file: 'facture.xml', whole: true }],
      problems: [],
    });
  });

  it('finds altered content: ECL-SIG-DIGEST', () => {
    expect(rulesOf({}, '999.00')).toEqual(['ECL-SIG-DIGEST']);
  });

  it('finds an altered signature value, or one of another key: ECL-SIG-VALUE', () => {
    const signature = xadesSignature({ signer: rsa, references: [whole()] });
    const altered = signature.replace(
      /(<ds:SignatureValue>)(.)/,
      (_, tag, c) => `${tag}${c === 'A' ? 'B' : 'A'}`,
    );
    expect(run(invoice(altered))[0]?.problems.map(({ rule }) => rule)).toEqual(['ECL-SIG-VALUE']);
    const foreign = { ...rsa, key: testSigner('rsa').key };
    expect(rulesOf({ signer: foreign })).toEqual(['ECL-SIG-VALUE']);
  });

  it('finds a SignedInfo that was changed after signing: ECL-SIG-VALUE', () => {
    const signature = xadesSignature({
      signer: ec,
      references: [{ ...whole(), content: invoice('', '1.00') }],
    });
    const right = xadesSignature({ signer: ec, references: [whole()] });
    const first = /<ds:DigestValue>[^<]+/;
    const forged = signature.replace(first, first.exec(right)?.[0] ?? '');
    expect(run(invoice(forged))[0]?.problems.map(({ rule }) => rule)).toEqual(['ECL-SIG-VALUE']);
  });

  it('finds a certificate out of its dates at the signing: ECL-SIG-CERT-DATES', () => {
    expect(rulesOf({ signer: testSigner('ec', { to: '2026-01-15' }) })).toEqual(['ECL-SIG-CERT-DATES']);
    expect(rulesOf({ signer: testSigner('ec', { from: '2026-02-15' }) })).toEqual(['ECL-SIG-CERT-DATES']);
    expect(rulesOf({ signer: testSigner('ec', { to: '2026-02-15' }), signingTime: null })).toEqual([
      'ECL-SIG-CERT-DATES',
    ]);
  });

  it('remarks one that expired since, and a signing time to come: ECL-SIG-CERT-EXPIRED, ECL-SIG-TIME', () => {
    expect(rulesOf({ signer: testSigner('ec', { to: '2026-02-15' }) })).toEqual(['ECL-SIG-CERT-EXPIRED']);
    expect(rulesOf({ signingTime: '2026-05-01T00:00:00+02:00' })).toEqual(['ECL-SIG-TIME']);
  });

  it('finds another certificate than the properties name: ECL-SIG-CERT-DIGEST', () => {
    expect(rulesOf({ named: ec.certificate })).toEqual(['ECL-SIG-CERT-DIGEST']);
  });

  it('finds no certificate: ECL-SIG-CERT-ABSENT', () => {
    expect(rulesOf({ keyless: true })).toEqual(['ECL-SIG-CERT-ABSENT']);
    expect(rulesOf({ signer: { ...rsa, certificate: Buffer.from('none') } })).toEqual([
      'ECL-SIG-CERT-ABSENT',
    ]);
  });

  it('finds properties that are not signed: ECL-SIG-PROPERTIES', () => {
    expect(rulesOf({ looseProperties: true })).toEqual(['ECL-SIG-PROPERTIES']);
  });

  it('remarks SHA-1 and short keys: ECL-SIG-WEAK', () => {
    expect(rulesOf({ sha1: true })).toEqual(['ECL-SIG-WEAK']);
    expect(rulesOf({ signer: testSigner('rsa', { bits: 1024 }) })).toEqual(['ECL-SIG-WEAK']);
  });
});

describe('what a signature covers', () => {
  const total = '<Total xmlns="urn:test" Id="total">100.00</Total>';

  it('tells a part only, by its path: ECL-SIG-COVERAGE', () => {
    const references = [{ uri: '#total', content: total, transforms: [exclusive] }];
    const [report] = run(invoice(xadesSignature({ signer: rsa, references })));
    expect(report?.problems).toMatchObject([
      { rule: 'ECL-SIG-COVERAGE', facts: { covers: 'facture.xml, élément /Invoice/Total' } },
    ]);
  });

  it('takes a reference to the root by its id for the whole', () => {
    const plain = invoice('').replace('<Invoice xmlns="urn:test"', '<Invoice xmlns="urn:test" Id="inv"');
    const references = [{ uri: '#inv', content: plain, transforms: [enveloped, exclusive] }];
    const signature = xadesSignature({ signer: rsa, references });
    expect(run(plain.replace('<Ext>', `<Ext>${signature}`))[0]).toMatchObject({
      covers: [{ whole: true }],
      problems: [],
    });
  });

  it('is not deceived by the signed element moved aside, another in its place: ECL-SIG-COVERAGE', () => {
    const references = [{ uri: '#total', content: total, transforms: [exclusive] }];
    const signature = xadesSignature({ signer: rsa, references });
    const wrapped = invoice(`${signature}${total}`, '999.00').replace(/<Total Id="total">999/, '<Total>999');
    expect(run(wrapped)[0]?.problems).toMatchObject([
      { rule: 'ECL-SIG-COVERAGE', facts: { covers: 'facture.xml, élément /Invoice/Ext/Total' } },
    ]);
  });

  it('takes no id that stands twice: ECL-SIG-WRAPPED', () => {
    const references = [{ uri: '#total', content: total, transforms: [exclusive] }];
    const wrapped = invoice(`${xadesSignature({ signer: rsa, references })}${total}`, '999.00');
    expect(run(wrapped)[0]?.problems.map(({ rule }) => rule)).toEqual(['ECL-SIG-WRAPPED']);
  });

  it('verifies each of two signatures that stand side by side', () => {
    const first = {
      uri: '',
      content: invoice(''),
      transforms: [xpath],
      inner: idiom('not(ancestor-or-self::ds:Signature)'),
    };
    const one = xadesSignature({ signer: rsa, references: [first] });
    const two = xadesSignature({ signer: ec, references: [first], id: '2' });
    expect(run(invoice(one + two)).map(({ problems }) => problems)).toEqual([[], []]);
    const twice = run(invoice(one + one)).flatMap(({ problems }) => problems.map(({ rule }) => rule));
    expect(new Set(twice)).toEqual(new Set(['ECL-SIG-WRAPPED', 'ECL-SIG-PROPERTIES']));
  });
});

function idiom(text: string): string {
  return `<ds:XPath>${text}</ds:XPath>`;
}

describe('transforms and algorithms', () => {
  it('takes the idioms of XPath for an enveloped signature, those of UBL too', () => {
    const ubl = (signature: string) =>
      `<Invoice xmlns="urn:test"><Ext>${signature === '' ? '' : `<sig:UBLDocumentSignatures xmlns:sig="${sig}">${signature}</sig:UBLDocumentSignatures>`}</Ext></Invoice>`;
    const text = (name: string) =>
      `count(ancestor-or-self::${name} | here()/ancestor::${name}[1]) &gt; count(ancestor-or-self::${name})`;
    const own = { uri: '', content: invoice(''), transforms: [xpath], inner: idiom(text('ds:Signature')) };
    expect(rulesOf({ references: [own] })).toEqual([]);
    const inner = `<ds:XPath xmlns:sig="${sig}" sig:own="1">${text('sig:UBLDocumentSignatures')}</ds:XPath>`;
    const references = [{ uri: '', content: ubl(''), transforms: [xpath], inner }];
    expect(run(ubl(xadesSignature({ signer: rsa, references })))[0]?.problems).toEqual([]);
  });

  it.each([
    ['XSLT', 'http://www.w3.org/TR/1999/REC-xslt-19991116', ''],
    ['an XPath that leaves out the total', xpath, idiom('not(ancestor-or-self::Total)')],
    [
      'an idiom under a false prefix',
      xpath,
      '<ds:XPath xmlns:x="urn:x" x:own="1">not(ancestor-or-self::x:Signature)</ds:XPath>',
    ],
    ['the second XPath filter', 'http://www.w3.org/2002/06/xmldsig-filter2', ''],
  ])('does not take %s: ECL-SIG-TRANSFORM', (_, transform, inner) => {
    const references = [{ ...whole(), transforms: [transform], inner }];
    expect(rulesOf({ references })).toEqual(['ECL-SIG-TRANSFORM']);
  });

  it('takes no HMAC and no MD5: ECL-SIG-ALGORITHM', () => {
    const signature = xadesSignature({ signer: rsa, references: [whole()] });
    const hmac = signature.replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', `${ds}hmac-sha1`);
    expect(run(invoice(hmac))[0]?.problems.map(({ rule }) => rule)).toEqual(['ECL-SIG-ALGORITHM']);
    const md5 = signature.replace(
      /(Reference URI=""(?:.(?!DigestMethod))*.)DigestMethod Algorithm="[^"]+/,
      `$1DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#md5`,
    );
    expect(run(invoice(md5))[0]?.problems.map(({ rule }) => rule)).toContain('ECL-SIG-ALGORITHM');
  });

  it('tells what cannot be read: ECL-SIG-STRUCTURE', () => {
    const empty = `<ds:Signature xmlns:ds="${ds}"></ds:Signature>`;
    expect(run(invoice(empty))[0]?.problems).toMatchObject([{ rule: 'ECL-SIG-STRUCTURE' }]);
    const bomb = `<!DOCTYPE a [<!ENTITY a "aaaa">]>${invoice(empty)}`;
    expect(run(bomb)[0]?.problems).toMatchObject([
      { rule: 'ECL-SIG-STRUCTURE', facts: { problem: expect.stringContaining('DOCTYPE') } },
    ]);
    expect(run(Buffer.from(bomb, 'utf16le'))[0]?.problems).toMatchObject([{ rule: 'ECL-SIG-STRUCTURE' }]);
    expect(run('<a><b></a>')[0]?.problems).toMatchObject([{ rule: 'ECL-SIG-STRUCTURE' }]);
  });
});

describe('signatures beside what they sign', () => {
  const content = invoice('');
  const beside = (signature: string, others: { name: string; content: string }[]) =>
    run(signature, {
      role: 'beside',
      own: file('facture.xml.xades', signature),
      others: others.map((o) => file(o.name, o.content)),
    });

  it.each(['facture.xml', './facture.xml', 'lot/facture.xml', 'facture%2Exml'])(
    'finds the file by %s',
    (uri) => {
      const signature = xadesSignature({ signer: ec, references: [{ uri, content }] });
      expect(
        beside(signature, [
          { name: 'facture.xml', content },
          { name: 'autre.xml', content: '<a/>' },
        ])[0],
      ).toMatchObject({
        about: ['facture.xml'],
        covers: [{ file: 'facture.xml', whole: true }],
        problems: [],
      });
    },
  );

  it('canonicalises where the signature says so', () => {
    const references = [{ uri: 'facture.xml', content, transforms: [exclusive] }];
    const loose = `<?xml version="1.0"?>\n${content.replace('Id="total"', "  Id='total'")}\n`;
    expect(
      beside(xadesSignature({ signer: ec, references }), [{ name: 'facture.xml', content: loose }])[0]
        ?.problems,
    ).toEqual([]);
  });

  it('finds the altered file: ECL-SIG-DIGEST, told of that file', () => {
    const signature = xadesSignature({ signer: ec, references: [{ uri: 'facture.xml', content }] });
    const reports = beside(signature, [{ name: 'facture.xml', content: invoice('', '1.00') }]);
    const files = [{ name: 'facture.xml', path: '', sizeBytes: 0 }];
    const { findings, layer } = judgeSignatures(reports, files, 'enforced', 1);
    expect(findings).toMatchObject([
      { rule: 'ECL-SIG-DIGEST', entry: 'facture.xml', severity: 'fatal', line: null },
    ]);
    expect(layer).toMatchObject({
      verdict: 'invalid',
      signatures: [{ file: 'facture.xml.xades', state: 'invalid' }],
    });
    expect(judgeSignatures(reports, files, 'advisory', 1).findings[0]?.severity).toBe('warning');
  });

  it.each([
    'http://example.invalid/facture.xml',
    'file:///etc/hostname',
    '//h/facture.xml',
    '../../etc/hostname',
    'autre.xml',
  ])('fetches nothing for %s: ECL-SIG-REFERENCE', (uri) => {
    const signature = xadesSignature({ signer: ec, references: [{ uri, content }] });
    expect(beside(signature, [{ name: 'facture.xml', content }])[0]?.problems).toMatchObject([
      { rule: 'ECL-SIG-REFERENCE', facts: { uri } },
    ]);
  });

  it('takes the one file there is for a reference that names none', () => {
    const signature = xadesSignature({ signer: ec, references: [{ uri: null, content }] });
    expect(beside(signature, [{ name: 'facture.xml', content }])[0]?.problems).toEqual([]);
    expect(
      beside(signature, [
        { name: 'a.xml', content },
        { name: 'b.xml', content },
      ])[0]?.problems,
    ).toMatchObject([{ rule: 'ECL-SIG-REFERENCE' }]);
  });

  it.each([
    ['XML', (text: string) => text],
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
  ])('compares what an enveloping signature carries as %s with the file beside it', (_, carried) => {
    const object = `<ds:Object xmlns:ds="${ds}" Id="obj">${carried(content)}</ds:Object>`;
    const references = [{ uri: '#obj', content: object, transforms: [exclusive] }];
    const signature = xadesSignature({
      signer: rsa,
      references,
      object: object.replace(` xmlns:ds="${ds}"`, ''),
    });
    expect(beside(signature, [{ name: 'facture.xml', content }])[0]).toMatchObject({
      covers: [{ file: 'facture.xml', whole: true }],
      problems: [],
    });
    expect(
      beside(signature, [{ name: 'facture.xml', content: invoice('', '2.00') }])[0]?.problems,
    ).toMatchObject([{ rule: 'ECL-SIG-COVERAGE' }]);
  });
});

describe('limits', () => {
  it('tells a document too large to be verified: ECL-SIG-SIZE, a warning even where enforced', () => {
    const content = invoice(xadesSignature({ signer: ec, references: [whole()] }));
    const reports = run(content, { limits: { sizeBytesMax: 100, msMax: 1_000 } });
    const judged = judgeSignatures(reports, [], 'enforced', 1);
    expect(judged.findings).toMatchObject([{ rule: 'ECL-SIG-SIZE', severity: 'warning' }]);
    expect(judged.layer).toMatchObject({ verdict: 'skipped', signatures: [{ state: 'unverified' }] });
  });

  it('hashes a detached file of any size as it lies', () => {
    const content = Buffer.alloc(3_000_000, 'é');
    const signature = xadesSignature({ signer: ec, references: [{ uri: 'f.xml', content }] });
    const limits = { sizeBytesMax: 100_000, msMax: 10_000 };
    const request = {
      role: 'beside',
      own: file('f.sig', signature),
      others: [file('f.xml', content)],
      limits,
      now,
    } as const;
    expect(verifySignatures(request)[0]?.problems).toEqual([]);
  });

  it('stops at its deadline and at too many signatures: ECL-SIG-DEADLINE', () => {
    const one = xadesSignature({ signer: ec, references: [whole()] });
    const late = run(invoice(one), { limits: { sizeBytesMax: 1e6, msMax: 0 } });
    expect(late[0]?.problems).toMatchObject([{ rule: 'ECL-SIG-DEADLINE' }]);
    const many = run(invoice(`<ds:Signature xmlns:ds="${ds}"></ds:Signature>`.repeat(40)));
    expect(many).toHaveLength(17);
    expect(many.at(-1)?.problems).toMatchObject([{ rule: 'ECL-SIG-DEADLINE' }]);
  });
});

describe('recognising', () => {
  it('knows roots of signatures, and documents that may hold one', () => {
    expect(isSignatureRoot({ name: 'Signature', namespace: ds })).toBe(true);
    expect(isSignatureRoot({ name: 'XAdESSignatures', namespace: 'http://uri.etsi.org/02918/v1.2.1#' })).toBe(
      true,
    );
    expect(isSignatureRoot({ name: 'Signature', namespace: 'urn:other' })).toBe(false);
    expect(mayHoldSignature(Buffer.from(invoice('')))).toBe(false);
    const signed = invoice(`<ds:Signature xmlns:ds="${ds}"/>`);
    expect(mayHoldSignature(Buffer.from(signed))).toBe(true);
    expect(mayHoldSignature(Buffer.from(`\ufeff${signed}`, 'utf16le'))).toBe(true);
    expect(mayHoldSignature(Buffer.from(signed, 'utf16le').swap16())).toBe(true);
  });

  it('tells of CMS and of a signature alone in words: ECL-SIG-FORMAT, ECL-SIG-ALONE', () => {
    const alone = findingOf('ECL-SIG-ALONE', { name: 'facture.xml.xades' });
    expect(alone).toMatchObject({ severity: 'fatal', layer: 'signature' });
    const cms = { file: 'f.p7s', line: null, signer: null, signedAt: null, about: [], covers: [] };
    const problems = [{ rule: 'ECL-SIG-FORMAT', facts: { name: 'f.p7s' } }];
    const { findings, layer } = judgeSignatures([{ ...cms, problems }], [], 'enforced', 0);
    expect(findings).toMatchObject([{ severity: 'warning', entry: 'f.p7s' }]);
    expect(layer.verdict).toBe('skipped');
  });

  it('knows CMS by its bytes', () => {
    expect(isCmsSignature(Buffer.from('3082010006092a864886f70d010702a0820100', 'hex'))).toBe(true);
    expect(isCmsSignature(Buffer.from('-----BEGIN PKCS7-----\nMII'))).toBe(true);
    expect(isCmsSignature(Buffer.from('<?xml version="1.0"?><a/>'))).toBe(false);
  });
});
