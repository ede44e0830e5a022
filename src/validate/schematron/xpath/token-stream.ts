import { XPathProblem } from './ast.js';
import { type Token, tokens } from './lexer.js';

/** The tokens of an expression, taken one after the other. */
export class TokenStream {
  private readonly list: readonly Token[];
  private next = 0;

  constructor(private readonly text: string) {
    this.list = tokens(text);
  }

  /** Leaves out so many tokens that were looked at. */
  skip(count: number): void {
    this.next += count;
  }

  peek(ahead = 0): Token {
    return this.list[Math.min(this.next + ahead, this.list.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  fail(token: Token, wanted?: string): never {
    const found = token.kind === 'end' ? 'the expression ends' : `"${token.text}" stands`;
    const where = wanted === undefined ? 'where it cannot' : `where ${wanted} should`;
    throw new XPathProblem(`${found} ${where}`, token.at, token.text || this.text.slice(-30));
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  isWord(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.text === text;
  }

  eat(symbol: string): void {
    if (!this.isSymbol(symbol)) this.fail(this.peek(), `"${symbol}"`);
    this.next++;
  }

  eatWord(word: string): void {
    if (!this.isWord(word)) this.fail(this.peek(), `"${word}"`);
    this.next++;
  }

  optional(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next++;
    return true;
  }

  optionalWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next++;
    return true;
  }
}
