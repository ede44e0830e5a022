/** What we say in French of a rule of an official set, whichever pack fires it. */
export interface FrenchText {
  /** What is wrong, as one or more whole sentences. */
  readonly message: string;
  /** What the sender does about it. */
  readonly fix: string;
  /** Business terms and groups concerned (`BT-112`, `BG-23`), the one a finding is filed under first; may be empty. */
  readonly terms: readonly string[];
}

/** A text of the catalogue. Without terms, they are read from the message. */
export type Text = readonly [message: string, fix: string, terms?: readonly string[]];

/** A text with its rule id. */
export type Entry = readonly [id: string, ...text: Text];

const mention = /\bB[TG]-\d+\b/g;

/** The terms a sentence names, in its order, each once, groups after terms: what is said to be wrong is a term. */
export function termsNamedIn(sentence: string): readonly string[] {
  const found = [...new Set(sentence.match(mention) ?? [])];
  return [...found.filter((t) => t.startsWith('BT')), ...found.filter((t) => t.startsWith('BG'))];
}

export function frenchText([, message, fix, terms]: Entry): FrenchText {
  return { message, fix, terms: terms ?? termsNamedIn(message) };
}

/** Entries of a table of lines `id|message|remedy`, with a fourth column for terms (`BT-7 BT-8`) where needed. */
export function entriesOf(table: string): Entry[] {
  return table
    .trim()
    .split('\n')
    .map((row): Entry => {
      const [id = '', message = '', fix = '', terms] = row.split('|');
      return terms === undefined ? [id, message, fix] : [id, message, fix, terms.split(' ')];
    });
}
