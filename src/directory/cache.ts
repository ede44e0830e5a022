import type { DirectoryStore } from '../ports/store.js';

/** What the checks ask of the directory. */
export type DirectoryReader = Pick<DirectoryStore, 'structure' | 'service' | 'supplier'>;

/** Answers kept at most; an archive of one sender asks for a few structures again and again. */
const answersMaxDefault = 10_000;

/**
 * A reader that asks the store once for the same thing, as long as it lives: one flow, or one run of a command. It
 * sees the directory as it was at the first question.
 */
export function directoryCache(directory: DirectoryReader, answersMax = answersMaxDefault): DirectoryReader {
  return {
    structure: remembered(answersMax, (siret: string, asOf: string) => directory.structure(siret, asOf)),
    service: remembered(answersMax, (siret: string, code: string, asOf: string) =>
      directory.service(siret, code, asOf),
    ),
    supplier: remembered(answersMax, (idType: string, id: string) => directory.supplier(idType, id)),
  };
}

function remembered<Key extends readonly string[], Answer>(
  answersMax: number,
  ask: (...key: Key) => Promise<Answer>,
): (...key: Key) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...key) => {
    const text = JSON.stringify(key);
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= answersMax) answers.clear();
    const answer = ask(...key);
    answers.set(text, answer);
    // A failure is not an answer: the next question asks again.
    answer.catch(() => answers.delete(text));
    return answer;
  };
}
