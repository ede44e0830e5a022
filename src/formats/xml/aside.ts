const GT = 0x3e;
const DASH = 0x2d;
const BRACKET = 0x5d;
const QUESTION = 0x3f;

/** Comments, CDATA sections and instructions: what goes by without a look, in chunks cut anywhere. */
export class Aside {
  /** What ends it: `>` behind one or two of this byte. */
  private byte = 0;
  private times = 0;
  private run = 0;
  private bang = '';

  instruction(): void {
    this.enter(QUESTION, 1);
  }

  /** Behind `<!`. */
  declaration(): void {
    this.bang = '';
  }

  /** One byte more behind `<!`. A DOCTYPE, or nonsense, is `none`: both are refused later. */
  named(byte: number): 'open' | 'aside' | 'none' {
    this.bang += String.fromCharCode(byte);
    if (this.bang === '--') this.enter(DASH, 2);
    else if (this.bang === '[CDATA[') this.enter(BRACKET, 2);
    else return '--'.startsWith(this.bang) || '[CDATA['.startsWith(this.bang) ? 'open' : 'none';
    return 'aside';
  }

  /** Where to go on: behind the end when `ended`. */
  pass(chunk: Buffer, at: number): { readonly at: number; readonly ended: boolean } {
    let i = this.run === 0 ? chunk.indexOf(this.byte, at) : at;
    if (i < 0) return { at: chunk.length, ended: false };
    for (; i < chunk.length; i++) {
      const one = chunk[i];
      if (one === this.byte) this.run++;
      else if (one === GT && this.run >= this.times) return { at: i + 1, ended: true };
      else {
        this.run = 0;
        return { at: i + 1, ended: false };
      }
    }
    return { at: i, ended: false };
  }

  private enter(byte: number, times: number): void {
    this.byte = byte;
    this.times = times;
    this.run = 0;
  }
}
