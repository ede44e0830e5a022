import { describe, expect, it } from 'vitest';
import { type Row, semanticRows } from '../../src/domain/semantic-terms.js';
import { termNames } from '../../src/domain/term-names.js';
import { frenchTextOf, idsWithText } from '../../src/validate/texts/index.js';

const ids = idsWithText();
const texts = ids.map((id) => ({ id, ...(frenchTextOf(id) ?? { message: '', fix: '', terms: [] }) }));

function idsOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => [row.id, ...('rows' in row ? idsOf(row.rows) : [])]);
}

/** Terms and groups of the model; what is known of BT-125 stands under ids of its own. */
const known = new Set(
  idsOf(semanticRows)
    .map((id) => id.split('.')[0] ?? '')
    .filter((id) => /^B[TG]-/.test(id)),
);

/** First words of a remedy: an order to the sender, as everywhere in the product. */
const order = /^(?:(?:En|Pour|Si|Sans|Sur|Dans|Hors|Avec) [^.]*?, )?\p{Lu}?\p{L}+(?:ez|tes)\b/u;

/** Rules of two numbers and one meaning, in the order of the catalogue. */
const same: ReadonlySet<string> = new Set([
  'BR-FR-30_BT-21 BR-FR-31_BT-21',
  'BR-FR-32-ID BR-FR-32-GLOBALID',
  'BR-FR-CO-04_BT-3 BR-FR-CO-04_BT-4',
  'BR-FR-BD-02_BT-30 BR-FR-BD-02_BT-31',
  'BR-FR-MV-BD_BT-3 BR-FR-BD-13_BT-3',
  'BR-FR-06_BT-21-1 BR-FR-06_BT-21_PMT',
  'BR-FR-05_BT-22-1 BR-FR-05_BT-22_PMT',
  'BR-FR-06_BT-21-2 BR-FR-06_BT-21_PMD',
  'BR-FR-05_BT-22-2 BR-FR-05_BT-22_PMD',
  'BR-FR-06_BT-21-3 BR-FR-06_BT-21_AAB',
  'BR-FR-05_BT-22-3 BR-FR-05_BT-22_AAB',
  'BR-FR-06_BT-21-4 BR-FR-06_BT-21_TXD',
  'BR-FR-01_BT-1 BR-FR-01_BT-1-1',
  'BR-FR-01_BT-1-2 BR-FR-02_BT-1',
  'BR-FR-01_BT-25 BR-FR-01_BT-25-1',
  'BR-FR-01_BT-25-2 BR-FR-02_BT-25',
  'BR-FR-01_EXT-FR-FE-136 BR-FR-01_EXT-FR-FE-136-1',
  'BR-FR-01_EXT-FR-FE-136-2 BR-FR-02_EXT-FR-FE-136',
  'BR-FR-03_BT-134 BR-FR-03_EXT-FR-FE-134',
  'BR-FR-03_BT-135 BR-FR-03_EXT-FR-FE-135',
  'BR-FR-16_BT-96 BR-FR-16_BT-96_BT-103',
  'BR-FR-15_BT-95_BT-102-1 BR-FR-15_BT-95_BT-102',
  'BR-FR-15_BT-95_BT-102-2 BR-FR-15_BT-95_BT-102_LM',
  'BR-FR-15_BT-118-1 BR-FR-15_BT-95_BT-118',
  'BR-FR-15_BT-118-2 BR-FR-15_BT-95_BT-118_LM',
  'BR-FR-15_BT-151-1 BR-FR-15_BT-95_BT-151',
  'BR-FR-08_BT-151-2 BR-FR-15_BT-95_BT-151_LM',
  'UBL-CR-669 UBL-CR-633',
  'UBL-CR-670 UBL-CR-634',
  'UBL-CR-671 UBL-CR-635',
  'CII-SR-184 CII-SR-193',
  'CII-SR-333 CII-SR-334',
]);

function offenders(wrong: (text: (typeof texts)[number]) => boolean): string[] {
  return texts.filter(wrong).map((text) => `${text.id}: ${text.message} / ${text.fix}`);
}

describe('French texts of official rules', () => {
  it('has one text for each id', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(frenchTextOf('BR-00')).toBeNull();
    expect(frenchTextOf('toString')).toBeNull();
  });

  it('says whole sentences', () => {
    expect(
      offenders(
        ({ message, fix }) => !/^[\p{Lu}«].*[^.]\.$/su.test(message) || !/^\p{Lu}.*[^.]\.$/su.test(fix),
      ),
    ).toEqual([]);
  });

  it('has no doubled, leading or trailing blank, no open placeholder, no foreign quotation mark', () => {
    expect(
      offenders(({ message, fix }) =>
        [message, fix].some((s) => /\s\s|^\s|\s$|[{}"’“”|]|undefined|\n/.test(s)),
      ),
    ).toEqual([]);
  });

  it('puts a blank inside « » and before : ; ! ?', () => {
    expect(
      offenders(({ message, fix }) =>
        [message, fix].some((s) => /«\S|\S»|[^\s:]:(?=\s)|\S[;!?](?=\s|$)/.test(s)),
      ),
    ).toEqual([]);
  });

  it('gives a remedy as an order', () => {
    expect(offenders(({ fix }) => !order.test(fix))).toEqual([]);
  });

  it('names terms that exist, each once', () => {
    expect(
      offenders(
        ({ terms }) => terms.some((term) => !(term in termNames)) || new Set(terms).size !== terms.length,
      ),
    ).toEqual([]);
    const mentioned = texts.flatMap(({ message, fix }) => `${message} ${fix}`.match(/\bB[TG]-\d+\b/g) ?? []);
    expect([...new Set(mentioned)].filter((term) => !(term in termNames))).toEqual([]);
  });

  it('has balanced parentheses', () => {
    const open = (s: string) => s.split('(').length - s.split(')').length;
    expect(offenders(({ message, fix }) => open(message) !== 0 || open(fix) !== 0)).toEqual([]);
  });

  it('gives two rules one message only where they say the same', () => {
    const groups = new Map<string, string[]>();
    for (const { id, message } of texts) {
      // The same rule of both syntaxes may say the same.
      const key = `${id.split('-')[0]} ${message}`;
      groups.set(key, [...(groups.get(key) ?? []), id]);
    }
    const shared = [...groups.values()].filter((group) => group.length > 1).map((group) => group.join(' '));
    expect(shared.filter((group) => !same.has(group))).toEqual([]);
  });

  it('files every finding under a term that the model holds', () => {
    const unknown = texts.flatMap(({ terms }) => terms).filter((term) => !known.has(term));
    expect([...new Set(unknown)]).toEqual([]);
  });
});

describe('names of business terms', () => {
  it('has a name for every term of the model', () => {
    expect([...known].filter((term) => !(term in termNames))).toEqual([]);
  });
});
