/** Value of a base64 character, 64 for white space, 65 for `=`, 255 for anything else. */
const values = new Uint8Array(256).fill(255);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
for (const space of [0x20, 0x09, 0x0a, 0x0d]) values[space] = 64;
values[0x3d] = 65;

/** Bytes that so many characters of base64 may decode to, with what an earlier push left over. */
export function decodedRoom(characters: number): number {
  return ((characters * 3) >>> 2) + 3;
}

/**
 * A strict streaming decoder for the lexical space of xs:base64Binary (XML Schema part 2, 3.2.16): the alphabet
 * and white space, groups of four, padding only at the end, bits that padding leaves unused are zero.
 */
export class Base64Decoder {
  private held = 0;
  private count = 0;
  private padding = 0;
  private wrong = false;

  /**
   * Decodes `bytes[from, to)` and gives what came out; after a violation nothing more comes out. It stands in `into`
   * where that has the room (`decodedRoom`).
   */
  push(bytes: Uint8Array, from: number, to: number, into?: Uint8Array): Uint8Array {
    const room = decodedRoom(to - from);
    const out = into !== undefined && into.length >= room ? into : new Uint8Array(room);
    let used = 0;
    let at = from;
    while (at < to && !this.wrong) {
      if (this.count === 0 && this.padding === 0) {
        while (at + 4 <= to) {
          const a = values[bytes[at] ?? 0] ?? 255;
          const b = values[bytes[at + 1] ?? 0] ?? 255;
          const c = values[bytes[at + 2] ?? 0] ?? 255;
          const d = values[bytes[at + 3] ?? 0] ?? 255;
          if ((a | b | c | d) > 63) break;
          out[used++] = (a << 2) | (b >> 4);
          out[used++] = (b << 4) | (c >> 2);
          out[used++] = (c << 6) | d;
          at += 4;
        }
        if (at >= to) break;
      }
      used = this.one(values[bytes[at++] ?? 0] ?? 255, out, used);
    }
    return out.subarray(0, used);
  }

  /** True when all that was pushed is a whole value. */
  finish(): boolean {
    return !this.wrong && this.count === 0;
  }

  private one(value: number, out: Uint8Array, used: number): number {
    if (value === 64) return used;
    if (value === 255 || (value < 64 && this.padding > 0)) {
      this.wrong = true;
      return used;
    }
    if (value === 65) return this.pad(out, used);
    this.held = (this.held << 6) | value;
    if (++this.count < 4) return used;
    out[used] = this.held >> 16;
    out[used + 1] = this.held >> 8;
    out[used + 2] = this.held;
    this.count = 0;
    this.held = 0;
    return used + 3;
  }

  private pad(out: Uint8Array, used: number): number {
    this.padding++;
    const first = this.padding === 1;
    if (first && this.count === 3 && (this.held & 3) === 0) {
      out[used] = this.held >> 10;
      out[used + 1] = this.held >> 2;
      this.count = 0;
      // A second `=` would stand behind a whole group.
      this.padding = 2;
      return used + 2;
    }
    if (first && this.count === 2 && (this.held & 15) === 0) {
      out[used] = this.held >> 4;
      return used + 1;
    }
    if (this.padding === 2 && this.count === 2) {
      this.count = 0;
      return used;
    }
    this.wrong = true;
    return used;
  }
}
