import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.js';
import { Fault } from '../../src/errors.js';
import {
  createSchemaEngine,
  pickSchema,
  type SchemaCheck,
  type SchemaName,
  schemaNames,
  schemaVersion,
} from '../../src/validate/schema/engine.js';
import { effortMs } from '../helpers/effort.js';

const engine = createSchemaEngine({});
afterAll(() => engine.dispose());

const check = (text: string | Uint8Array, e2 = false, using = engine): SchemaCheck =>
  using.check(typeof text === 'string' ? Buffer.from(text) : text, (root) => pickSchema(root, { e2 }));

function findings(text: string, e2 = false): readonly Finding[] {
  const done = check(text, e2);
  if (done.kind !== 'checked') throw new Error(`not checked but ${JSON.stringify(done)}`);
  return done.findings;
}

function malformed(text: string | Uint8Array) {
  const done = check(text);
  if (done.kind !== 'malformed') throw new Error(`not malformed but ${done.kind}`);
  return done;
}

const ubl = (body: string) =>
  `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
  xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">${body}</Invoice>`;

const goodParts = {
  extension: '',
  head: '<cbc:ID>F1</cbc:ID><cbc:IssueDate>2025-01-31</cbc:IssueDate>',
  supplier: '<cac:AccountingSupplierParty/>',
  customer: '<cac:AccountingCustomerParty/>',
  total:
    '<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">1</cbc:PayableAmount></cac:LegalMonetaryTotal>',
  line: `<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="EUR">1</cbc:LineExtensionAmount>
  <cac:Item/></cac:InvoiceLine>`,
};
const invoice = (change: Partial<typeof goodParts> = {}) =>
  ubl(Object.values({ ...goodParts, ...change }).join('\n'));

const pivot = (parameters: string, invoiceData = '') => `<CPPFacturePivot><Enveloppe><EnveloppeUnitaire>
<Parametres>${parameters}</Parametres>
<Partenaires><Recepteur><Id>XXX001</Id></Recepteur><Emetteur><Id>CPP001</Id></Emetteur></Partenaires>
</EnveloppeUnitaire></Enveloppe>${invoiceData}</CPPFacturePivot>`;

function only(list: readonly Finding[]): Finding {
  expect(list.map((f) => f.message)).toHaveLength(1);
  const [first] = list;
  if (first === undefined) throw new Error('no finding');
  return first;
}

describe('schema messages', () => {
  it('finds nothing in a good invoice', () => {
    const done = check(invoice());
    expect(done).toMatchObject({ kind: 'checked', schema: 'ubl-invoice', findings: [], suppressed: 0 });
  });

  it('says what is missing, where, and what to do', () => {
    const found = only(findings(invoice({ line: '' })));
    expect(found).toMatchObject({
      rule: 'XSD',
      severity: 'fatal',
      layer: 'schema',
      path: '/Invoice',
      line: 4,
    });
    expect(found.message).toBe("L'élément Invoice est incomplet ; il y manque : cac:InvoiceLine.");
    expect(found.fix).toContain('cac:InvoiceLine');
  });

  it('names the elements expected instead of one that is not', () => {
    const found = only(findings(invoice({ customer: '' })));
    expect(found.path).toBe('/Invoice/cac:LegalMonetaryTotal');
    expect(found.message).toBe(
      "L'élément cac:LegalMonetaryTotal n'est pas attendu ici ; attendu : cac:AccountingCustomerParty.",
    );
    expect(found.line).toBe(8);
  });

  it('tells a repeated element', () => {
    const found = only(findings(invoice({ customer: goodParts.customer.repeat(2) })));
    expect(found.path).toBe('/Invoice/cac:AccountingCustomerParty[2]');
    expect(found.message).toMatch(/^L'élément cac:AccountingCustomerParty est répété/);
  });

  it('tells an element of another namespace', () => {
    const found = only(findings(invoice({ head: '<ID>F1</ID>' })));
    expect(found.path).toBe('/Invoice/ID');
    expect(found.message).toContain('CommonBasicComponents-2');
    expect(found.fix).toContain('xmlns');
  });

  it('shows the value that has the wrong type', () => {
    const head = '<cbc:ID>F1</cbc:ID><cbc:IssueDate>31/01/2025</cbc:IssueDate>';
    const found = only(findings(invoice({ head })));
    expect(found).toMatchObject({ value: '31/01/2025', path: '/Invoice/cbc:IssueDate' });
    expect(found.message).toContain('« 31/01/2025 »');
    expect(found.fix).toContain('AAAA-MM-JJ');
  });

  it.each([
    ['1 234,50', /avec un point/],
    ['12 EUR', /sans symbole/],
    ['', /Renseignez/],
  ])('gives a remedy for the amount "%s"', (value, remedy) => {
    const total = goodParts.total.replace('>1<', `>${value}<`);
    expect(only(findings(invoice({ total }))).fix).toMatch(remedy);
  });

  it('speaks of attributes that are missing or not allowed', () => {
    const lacking = only(findings(invoice({ total: goodParts.total.replace(' currencyID="EUR"', '') })));
    expect(lacking.message).toBe("L'attribut currencyID manque à l'élément cbc:PayableAmount.");
    const strange = only(
      findings(invoice({ head: goodParts.head.replace('<cbc:ID>', '<cbc:ID SchemeID="9">') })),
    );
    expect(strange).toMatchObject({ path: '/Invoice/cbc:ID/@SchemeID', value: '9' });
    expect(strange.message).toContain("n'est pas admis sur l'élément cbc:ID");
  });

  it('speaks of text where only elements may stand, and of elements where only text may', () => {
    const text = only(
      findings(invoice({ supplier: '<cac:AccountingSupplierParty>ici</cac:AccountingSupplierParty>' })),
    );
    expect(text).toMatchObject({ value: 'ici' });
    expect(text.message).toMatch(/contient du texte/);
    const inside = findings(invoice({ head: goodParts.head.replace('F1', '<b/>') }));
    expect(inside[0]?.message).toMatch(/contient un élément, alors que seul du texte/);
  });

  it('explains facets: length, list, pattern', () => {
    const parameter = '<ParametreIndiv NumOrdre="12"><Code>DtPr</Code><Valeurparametre/></ParametreIndiv>';
    const list = findings(pivot(parameter.repeat(2)));
    expect(list.map((f) => f.message)).toEqual(
      expect.arrayContaining([
        "La valeur de l'attribut NumOrdre de ParametreIndiv, « 12 », n'a pas la forme attendue : [0-9]{4}.",
        'La valeur de Code, « DtPr », a 4 caractère(s) ; attendu : 5 caractère(s) exactement.',
      ]),
    );
    expect(list[0]?.path).toBe(
      '/CPPFacturePivot/Enveloppe/EnveloppeUnitaire/Parametres/ParametreIndiv[1]/@NumOrdre',
    );
    const data = `<CPPFactures><CPPFacturePivotUnitaire><Fournisseur><TypeIdentifiant>9</TypeIdentifiant><Identifiant/>
<RaisonSociale/><CodePays>FR</CodePays><ModeEmission>fax</ModeEmission></Fournisseur></CPPFacturePivotUnitaire></CPPFactures>`;
    const said = findings(pivot(parameter.repeat(2), data)).map((f) => f.message);
    expect(said).toEqual(
      expect.arrayContaining([
        'La valeur de TypeIdentifiant, « 9 », dépasse le maximum, 7.',
        expect.stringMatching(
          /ModeEmission, « fax », n'est pas dans la liste ; valeurs admises : flux, saisie, PDF ou numérisation/,
        ),
      ]),
    );
  });

  it('leaves no English behind, and never shows a whole IBAN', () => {
    const iban = 'FR7630006000011234567890189';
    const wrong = invoice({
      head: `<cbc:ID foo="${iban}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="q">1</cbc:ID>
<cbc:IssueDate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><cbc:CopyIndicator>z</cbc:CopyIndicator>`,
    });
    const list = findings(wrong);
    expect(list.length).toBeGreaterThan(2);
    for (const found of list) {
      expect(`${found.message} ${found.fix}`).not.toMatch(/\b(the|element|allowed|expected|value)\b/i);
      expect(JSON.stringify(found)).not.toContain(iban);
    }
  });

  it('counts what it does not put into words', () => {
    const few = createSchemaEngine({ findingsMax: 3 });
    const line = goodParts.line.replace('>1</cbc:Line', '>x</cbc:Line').repeat(10);
    const done = check(invoice({ line }), false, few);
    few.dispose();
    expect(done).toMatchObject({ kind: 'checked', suppressed: 7 });
    expect(done.kind === 'checked' && done.findings.length).toBe(3);
    expect(done.kind === 'checked' && done.findings[2]?.path).toBe(
      '/Invoice/cac:InvoiceLine[3]/cbc:LineExtensionAmount',
    );
  });

  it('is quick with very many errors', async () => {
    const line = goodParts.line.replace('>1</cbc:Line', '>x</cbc:Line').repeat(20_000);
    const spentMs = await effortMs(() => {
      expect(check(invoice({ line }))).toMatchObject({ kind: 'checked', suppressed: 19_800 });
    });
    expect(spentMs).toBeLessThan(3_000);
  });

  it('counts lines beyond 65535', () => {
    const found = only(findings(invoice({ supplier: `${'\n'.repeat(70_000)}<cac:Zork/>` })));
    expect(found.line).toBeGreaterThan(70_000);
  });
});

describe('extensions of UBL', () => {
  const extension = (content: string) =>
    `<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>${content}</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>`;
  it('takes any content of another namespace', () => {
    expect(findings(invoice({ extension: extension('<x:y xmlns:x="urn:x"><x:z a="1"/></x:y>') }))).toEqual(
      [],
    );
  });
  it('checks common elements within it', () => {
    const list = findings(invoice({ extension: extension('<cbc:PayableAmount>1</cbc:PayableAmount>') }));
    expect(only(list).message).toContain('currencyID');
  });
});

describe('CII on E2', () => {
  const rsm = 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100';
  const ram = 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100';
  const udt = 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100';
  const cii = (delivery: string) => `<rsm:CrossIndustryInvoice xmlns:rsm="${rsm}" xmlns:ram="${ram}">
<rsm:ExchangedDocumentContext/><rsm:ExchangedDocument><ram:ID>1</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTime xmlns:udt="${udt}">2025-01-31T00:00:00</udt:DateTime></ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>
<ram:ApplicableHeaderTradeAgreement/>${delivery}
<ram:ApplicableHeaderTradeSettlement><ram:SpecifiedTradeSettlementHeaderMonetarySummation/></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`;
  const about = (list: readonly Finding[]) => list.map((f) => [f.rule, f.severity]);

  it('warns where the delivery block is absent', () => {
    const list = findings(cii(''), true);
    expect(about(list)).toEqual([['ECL-SCH-DELIVERY', 'warning']]);
    expect(list[0]?.line).toBe(5);
  });
  it('says nothing where it is there', () => {
    expect(findings(cii('<ram:ApplicableHeaderTradeDelivery/>'), true)).toEqual([]);
  });
  it('refuses its absence elsewhere', () => {
    expect(about(findings(cii('')))).toEqual([['XSD', 'fatal']]);
  });
});

describe('what is not XML', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['an open tag', '<Invoice><cbc'],
    ['an open attribute', '<a b="x'],
    ['an open element', '<a><b>text</b>'],
    ['text in an open element', '<a>\n&lt'],
    ['an open closing tag', '<a></'],
    ['an open comment', '<a><!-- x > y'],
    ['an open CDATA section', '<a><![CDATA[ <b> ]]'],
    ['an open declaration', '<?xml version="1.0"'],
    ['no root yet', '<?xml version="1.0"?>\n<!-- x -->'],
  ])('calls %s unfinished', (_name, text) => {
    const done = malformed(text);
    expect(done.unfinished).toBe(true);
    expect(done.finding.rule).toBe('ECL-XML-UNFINISHED');
  });

  it('calls every proper beginning of a document unfinished', () => {
    const whole = Buffer.from(invoice({ head: `<!-- é > " --><cbc:ID>é &amp; "x' </cbc:ID><![CDATA[<]]>` }));
    expect(check(whole).kind).toBe('checked');
    for (let size = 1; size < whole.length; size += 1) {
      expect([size, malformed(whole.subarray(0, size)).unfinished]).toEqual([size, true]);
    }
  });

  it.each([
    ['crossed tags', '<a>\n<b></a>', 2, /balise <\/a> ferme l'élément b/],
    ['crossed tags in a longer text', '<a><b></c></b>', 1, /ferme l'élément b/],
    ['content behind the root', '<a/>\nzz', 2, /suit la fin de l'élément racine/],
    ['a bare ampersand', '<a>A & B</a>', 1, /esperluette/],
    ['an entity', '<a>&foo;</a>', 1, /« &foo; »/],
    ['an attribute twice', '<a b="1" b="2"/>', 1, /l'attribut b est donné deux fois/],
    ['an unbound prefix', '<x:a/>', 1, /préfixe x/],
    ['a control character', '<a>\u0001</a>', 1, /n'admet pas/],
    ['no XML at all', 'zzz', 1, /racine/],
    ['a bare ampersand in a cut document', '<a>\n<b>A & B</b>\n<c>', 2, /esperluette/],
  ])('calls %s malformed', (_name, text, line, words) => {
    const done = malformed(text);
    expect(done.unfinished).toBe(false);
    expect(done.finding).toMatchObject({
      rule: 'ECL-XML-MALFORMED',
      layer: 'schema',
      severity: 'fatal',
      line,
    });
    expect(done.finding.message).toMatch(words);
  });

  it('tells bytes that are not of the encoding declared', () => {
    const latin = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a>é</a>', 'latin1');
    expect(malformed(latin)).toMatchObject({ unfinished: false, finding: { rule: 'ECL-XML-ENCODING' } });
    const unknown = malformed('<?xml version="1.0" encoding="klingon"?><a/>');
    expect(unknown.finding.message).toContain('klingon');
    const wide = malformed('<?xml version="1.0" encoding="utf-16"?><a/>');
    expect(wide.finding).toMatchObject({ rule: 'ECL-XML-ENCODING' });
    expect(wide.finding.message).toContain('déclare UTF-16');
  });

  it('reads UTF-16, ISO-8859-1 and Windows-1252', () => {
    const head = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${invoice()}`;
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(head('UTF-16'), 'utf16le')]);
    expect(check(utf16)).toMatchObject({ kind: 'checked', findings: [] });
    expect(malformed(utf16.subarray(0, 900)).unfinished).toBe(true);
    for (const encoding of ['ISO-8859-1', 'windows-1252']) {
      const bytes = Buffer.from(head(encoding).replace('F1', 'é'), 'latin1');
      expect(check(bytes)).toMatchObject({ kind: 'checked', findings: [] });
    }
  });
});

describe('DOCTYPE', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">${Array.from({ length: 9 }, (_, i) => `<!ENTITY x${i} "${`&x${i === 0 ? '' : i - 1};`.repeat(10)}">`).join('')}]><a>&x8;</a>`;
  it.each([
    ['plain', '<!DOCTYPE a><a/>'],
    ['behind a comment', '<?xml version="1.0"?><!-- <a> --><!DOCTYPE a SYSTEM "http://localhost/x.dtd"><a/>'],
    ['with an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'],
    ['with entities that multiply', bomb],
  ])('is refused: %s', (_name, text) => {
    expect(malformed(text)).toMatchObject({ unfinished: false, finding: { rule: 'ECL-XML-DTD' } });
  });
  it('is refused in UTF-16 too', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<!DOCTYPE a><a/>', 'utf16le')]);
    expect(malformed(bytes).finding.rule).toBe('ECL-XML-DTD');
  });
  it('is only a word inside a comment or a text', () => {
    const head = goodParts.head.replace('F1', '<![CDATA[<!DOCTYPE]]>');
    expect(findings(`<!-- <!DOCTYPE a> -->${invoice({ head })}`)).toEqual([]);
  });
});

describe('choice of the schema', () => {
  it('goes by name and namespace of the root', () => {
    expect(pickSchema({ name: 'Invoice', namespace: '' }, { e2: false })).toBeNull();
    expect(pickSchema({ name: 'CPPFactureMixte', namespace: '' }, { e2: true })).toBe('cpp-mixte-bare');
    expect(check('<Zork xmlns="urn:z"/>')).toEqual({
      kind: 'no-schema',
      root: { name: 'Zork', namespace: 'urn:z' },
    });
  });

  it('compiles every schema, and gives each a version', () => {
    const fresh = createSchemaEngine();
    fresh.warmUp(schemaNames);
    fresh.dispose();
    expect(schemaNames.map(schemaVersion)).toContain('cpp-statut-1.19');
  });

  it('reads the same document with and without the namespace of CPPFactureMixte', () => {
    const bare = '<CPPFactureMixte><Enveloppe/></CPPFactureMixte>';
    const named = bare.replace('Mixte>', 'Mixte xmlns="http://chorus-factures.budget.gouv.fr/facture">');
    const first = findings(bare)[0];
    expect(findings(named)[0]).toMatchObject({ message: first?.message, path: first?.path });
  });

  it('takes schemas of a folder, and faults where one is missing or broken', () => {
    const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    mkdirSync(join(dir, 'cpp'));
    const statut = (body: string) =>
      writeFileSync(
        join(dir, 'cpp/statut.xsd'),
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${body}</xs:schema>`,
      );
    statut('<xs:include schemaLocation="other.xsd"/>');
    writeFileSync(
      join(dir, 'cpp/other.xsd'),
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="CPPStatut" type="xs:date"/></xs:schema>',
    );
    const own = createSchemaEngine({ dir });
    expect(check('<CPPStatut>2025-01-31</CPPStatut>', false, own)).toMatchObject({
      kind: 'checked',
      findings: [],
    });
    own.dispose();
    const codeOf = (name: SchemaName) => {
      const other = createSchemaEngine({ dir });
      try {
        other.warmUp([name]);
        return 'none';
      } catch (error) {
        return error instanceof Fault ? `${error.code} ${error.message}` : String(error);
      }
    };
    expect(codeOf('cii')).toMatch(/^SCHEMA_MISSING .*invoice\.xsd/);
    statut('<xs:include schemaLocation="absent.xsd"/>');
    expect(codeOf('cpp-statut')).toMatch(/^SCHEMA_MISSING .*absent\.xsd/);
    statut('<xs:element name="CPPStatut" type="nothing"/>');
    expect(codeOf('cpp-statut')).toMatch(/^SCHEMA_MISSING/);
    statut('<xs:include schemaLocation="../../outside.xsd"/>');
    expect(codeOf('cpp-statut')).toMatch(/^SCHEMA_MISSING/);
    rmSync(dir, { recursive: true });
  });
});
