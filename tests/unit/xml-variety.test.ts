import { afterAll, describe, expect, it } from 'vitest';
import { cii } from '../../scripts/documents/cii.mjs';
import { facturx } from '../../scripts/documents/facturx.mjs';
import { mixte } from '../../scripts/documents/mixte.mjs';
import { flowId, piece } from '../../scripts/documents/names.mjs';
import { serviced } from '../../scripts/documents/parties.mjs';
import { ubl, ublCreditNote } from '../../scripts/documents/ubl.mjs';
import { facturxXml } from '../../scripts/documents/variety.mjs';
import { openChecker } from '../helpers/check.js';

/** One document of each syntax, with characters outside ASCII, and with an attachment where the syntax has them. */
const documents = {
  'ubl-invoice': ubl({ number: 'V-1', piece: piece('V-1') }),
  'ubl-creditnote': ublCreditNote({ number: 'V-2', piece: piece('V-2') }),
  cii: cii({ number: 'V-3', piece: piece('V-3') }),
  'cpp-mixte': mixte(flowId('FSO1113A', 1), [
    { number: 'V-4', recipient: serviced, ht: '10.00', tva: '2.00', ttc: '12.00' },
  ]),
  facturx: facturxXml({ number: 'V-5' }),
} as const;
type Syntax = keyof typeof documents;
const syntaxes = Object.keys(documents) as Syntax[];

const declared = (text: string, name: string) => text.replace('encoding="UTF-8"', `encoding="${name}"`);
const bom = '\uFEFF';
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
/** The euro sign, in a place where any text may stand, in the byte that the page gives it. */
const page = (text: string, name: string, euro: number) =>
  Buffer.from(declared(text, name).replaceAll('€', String.fromCharCode(euro)), 'latin1');

const encodings: Record<string, (text: string) => Buffer> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 without a declaration': (text) => Buffer.from(text.replace(/^<\?xml[^>]*\?>\s*/, '')),
  'UTF-8 with a byte order mark': (text) => Buffer.from(bom + text),
  'UTF-16, little end first': (text) => Buffer.from(bom + declared(text, 'UTF-16'), 'utf16le'),
  'UTF-16, big end first': (text) => swapped(Buffer.from(bom + declared(text, 'UTF-16'), 'utf16le')),
  'UTF-16 without a mark': (text) => Buffer.from(declared(text, 'UTF-16LE'), 'utf16le'),
  'UTF-16 without mark and declaration': (text) =>
    swapped(Buffer.from(text.replace(/^<\?xml[^>]*\?>\s*/, ''), 'utf16le')),
  'ISO-8859-1': (text) => Buffer.from(declared(text, 'ISO-8859-1'), 'latin1'),
  'ISO-8859-15': (text) => page(text, 'ISO-8859-15', 0xa4),
  'windows-1252': (text) => page(text, 'windows-1252', 0x80),
};
const hasEuro = new Set(['ISO-8859-15', 'windows-1252']);

const names = /<(\/?)((?:\w+:)?)([A-Za-z_]\w*)/g;

/** The same document to every reader of XML. */
const lexical: Record<string, (text: string) => string> = {
  'CR LF at the end of lines': (text) => text.replaceAll('\n', '\r\n'),
  'values in CDATA': (text) =>
    text.replace(/>([^<>&]*[^<>&\s][^<>&]*)</g, (all, value: string) =>
      value.length < 60 ? `><![CDATA[${value}]]><` : all,
    ),
  'comments and instructions within values': (text) =>
    text.replace(/>(V-\d)</g, '><!-- numéro -->$1<?fin du numéro?><'),
  'values by character references': (text) =>
    text.replace(
      />(V-\d)</g,
      (_, value: string) => `>${[...value].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join('')}<`,
    ),
  'white space around attributes': (text) =>
    text.replace(/ (schemeID|schemeName|currencyID|unitCode|Compteur|NumOrdre)="/g, '\n  $1 = "'),
  'apostrophes around attributes': (text) =>
    text.replace(/ (schemeID|schemeName|currencyID|unitCode|Compteur|NumOrdre)="([^"]*)"/g, " $1='$2'"),
};

/** Prefixes of the sender's own choice; what had none gets one, what had one loses it where it can. */
function otherPrefixes(text: string): string {
  const renamed = text
    .replace(/xmlns:(ram|cac)=/g, 'xmlns:a.$1-é=')
    .replace(names, (all, slash: string, prefix: string, local: string) =>
      prefix === 'ram:' || prefix === 'cac:' ? `<${slash}a.${prefix.slice(0, -1)}-é:${local}` : all,
    );
  return renamed
    .replace(/ xmlns="(urn:oasis[^"]*)"/, ' xmlns:racine="$1" xmlns="$1"')
    .replace(/<(\/?)(Invoice|CreditNote)(?=[\s>])/g, '<$1racine:$2');
}

describe('one document in many spellings', () => {
  const checker = openChecker();
  afterAll(() => checker.close());

  /** A Factur-X brings its XML inside a PDF. */
  const entryOf = (syntax: Syntax, xml: Buffer) =>
    syntax === 'facturx' ? facturx({ files: [{ name: 'factur-x.xml', bytes: xml }] }) : xml;

  async function read(syntax: Syntax, xml: Buffer) {
    const result = await checker.check(entryOf(syntax, xml));
    expect(result.syntax).toBe(syntax);
    expect(result.findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
    expect(result.invoices).toHaveLength(1);
    return result.invoices[0]?.invoice;
  }

  describe.each(syntaxes)('%s', (syntax) => {
    const text = documents[syntax];

    it.each(Object.keys(encodings))('in %s', async (name) => {
      const written = hasEuro.has(name) ? text.replace('Bois &amp; Métal', 'Bois &amp; Métal à 3 €') : text;
      const invoice = await read(syntax, encodings[name]?.(written) ?? Buffer.alloc(0));
      expect(invoice).toEqual(await read(syntax, Buffer.from(written)));
      expect(invoice?.seller.name).toBe(
        hasEuro.has(name) ? 'Atelier Bois & Métal à 3 €' : 'Atelier Bois & Métal',
      );
    });

    it.each(Object.keys(lexical))('with %s', async (name) => {
      const written = lexical[name]?.(text) ?? '';
      expect(written).not.toBe(text);
      expect(await read(syntax, Buffer.from(written))).toEqual(await read(syntax, Buffer.from(text)));
    });

    it('with a DOCTYPE is refused, whatever it says', async () => {
      for (const doctype of [
        '<!DOCTYPE x>',
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
      ]) {
        const written = text.replace('?>\n', `?>\n${doctype}\n`);
        const { findings, invoices } = await checker.check(entryOf(syntax, Buffer.from(written)));
        expect(findings.map(({ rule }) => rule)).toEqual(['ECL-XML-DTD']);
        expect(invoices).toEqual([]);
      }
    });

    it('in Latin-1 that calls itself UTF-8 is refused at its line', async () => {
      const { findings } = await checker.check(entryOf(syntax, Buffer.from(text, 'latin1')));
      const [first] = findings;
      expect(first).toMatchObject({ severity: 'fatal', layer: 'schema' });
      expect(first?.line).toBeGreaterThan(1);
    });

    it('in UTF-8 that calls itself ISO-8859-1 is read as what it is, with a warning', async () => {
      const lying = Buffer.from(declared(text, 'ISO-8859-1'));
      const { findings, invoices } = await checker.check(entryOf(syntax, lying));
      expect(findings.map(({ rule }) => rule)).toContain('ECL-XML-ENCODING-FALSE');
      expect(invoices[0]?.invoice.seller.name).toBe('Atelier Bois & Métal');
    });
  });

  it.each(['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'] as const)(
    '%s with other prefixes',
    async (syntax) => {
      const text = documents[syntax];
      const written = otherPrefixes(text);
      expect(written).not.toBe(text);
      expect(await read(syntax, Buffer.from(written))).toEqual(await read(syntax, Buffer.from(text)));
    },
  );
});
