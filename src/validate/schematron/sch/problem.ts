import { Fault } from '../../../errors.js';
import { XPathProblem } from '../xpath/ast.js';

/** Refuses a construct of a Schematron file. */
export function refuse(file: string, line: number, construct: string, why: string): never {
  const shown = construct.length > 120 ? `${construct.slice(0, 120)}...` : construct;
  throw new Fault('RULES_UNSUPPORTED', `${file}, line ${line}: ${why}: ${shown}`, {
    file,
    line,
    construct: shown,
  });
}

/** Is told what is not spoken, so that the work can go on behind it; null: the first problem ends the work. */
export type Note = ((problem: Fault) => void) | null;

/** Runs the reading or writing of a part that can be passed over; null when it has a problem that was noted. */
export function passedOver<T>(note: Note, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (note === null || !(error instanceof Fault) || error.code !== 'RULES_UNSUPPORTED') throw error;
    note(error);
    return null;
  }
}

/** Runs what may find a problem in an expression, and gives the problem its place in the file. */
export function located<T>(file: string, line: number, text: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof XPathProblem)) throw error;
    return refuse(file, line, error.construct, `${error.message}, in "${excerpt(text, error.at)}"`);
  }
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - 40);
  return `${from > 0 ? '...' : ''}${text.slice(from, at + 60).trim()}${at + 60 < text.length ? '...' : ''}`;
}
