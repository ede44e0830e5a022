import { describe, expect, it } from 'vitest';
import { termNames } from '../../src/domain/term-names.js';
import { frenchTextOf, idsWithText } from '../../src/validate/texts/index.js';

const ids = idsWithText();
const texts = ids.map((id) => ({ id, ...(frenchTextOf(id) ?? { message: '', fix: '', terms: [] }) }));

/** First words of a remedy: an order to the sender, as everywhere in the product. */
const order = /^(?:(?:En|Pour|Si|Sans|Sur|Dans|Hors|Avec) [^.]*?, )?\p{Lu}?\p{L}+(?:ez|tes)\b/u;

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
});
