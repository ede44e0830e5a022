import { join } from 'node:path';
import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import type { Limits } from '../../domain/limits.js';
import type { Piece } from '../../domain/reading.js';
import { Base64Decoder, decodedRoom } from './base64.js';
import { type MemoryBudget, PieceWriter } from './piece-writer.js';

/** An element whose content is an attachment in base64. */
export interface CutTarget {
  /** Local name. */
  readonly local: string;
  /** True when the schema says xs:base64Binary, so that bad base64 is a schema error; else it is a plain string. */
  readonly binary: boolean;
  /** True when it stands inside another target, which then holds nothing else. */
  readonly inside?: boolean;
}

/** Content that cannot be cut is left for libxml2 to judge up to this size; above, the cutter judges it. */
export const keptContentBytesMax = 5 * 1024 * 1024;

type State =
  | 'text'
  | 'lt'
  | 'name'
  | 'tag'
  | 'quote'
  | 'end-tag'
  | 'bang'
  | 'until'
  | 'content'
  | 'content-lt'
  | 'pass';

/** A chunk of this size is a whole document: it is decoded once, and nothing is to be used again. */
const wholeChunkBytes = 1024 * 1024;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const LF = 0x0a;
const COLON = 0x3a;
/** No target has a name of that length. */
const nameLengthMax = 256;
const ltBytes = Buffer.from('<');

/**
 * A byte-level tokenizer that lets a document through and takes the content of the target elements out, piece by
 * piece. Bytes may come in chunks cut anywhere. It never diagnoses: whatever it does not know, it lets through.
 */
export class Cutter {
  readonly pieces: Piece[] = [];
  readonly findings: Finding[] = [];
  /** True when what is left of the document is larger than `structureBytesMax`: nothing more is kept. */
  overflowed = false;
  /** True while bytes of the last chunk may have to be put back. */
  holdsChunk = false;

  private readonly targets: ReadonlyMap<string, CutTarget>;
  /** 1 at the lengths of their names. */
  private readonly targetLengths = new Uint8Array(nameLengthMax);
  private out: Buffer[] = [];
  private outBytes = 0;
  private state: State = 'text';
  /** Start of what is to be kept of this chunk, and where the last `<` stands; -1: in the chunk before. */
  private keepFrom = 0;
  private ltAt = -1;
  private name = '';
  private quote = 0;
  private previous = 0;
  /** What ends a comment, CDATA section or processing instruction: `>` behind one or two of this byte. */
  private until = { byte: 0, times: 0 };
  private run = 0;
  private bang = '';
  private ordinal = -1;
  private tooMany = false;
  private target: CutTarget | null = null;
  private content: Content | null = null;
  /** Where chunks are decoded, again and again, once a piece goes to its file. */
  private decoded = new Uint8Array(0);
  /** The element whose content is being cut, or let through in doubt. */
  private cutting = { binary: true, name: '' };
  /** Set while a target element that could not be cut is let through: held back until its end is seen. */
  private doubt: { held: Buffer[] | null; heldBytes: number; lineEnds: number; depth: number } | null = null;

  constructor(
    private readonly workDir: string,
    private readonly limits: Limits,
    targets: readonly CutTarget[],
    private readonly memory: MemoryBudget,
  ) {
    this.targets = new Map(targets.map((t) => [t.local, t]));
    for (const { local } of targets) this.targetLengths[local.length] = 1;
  }

  /** A chunk may be used again once it has been pushed, unless `holdsChunk`. */
  push(chunk: Buffer): void {
    this.holdsChunk = false;
    this.keepFrom = 0;
    let at = 0;
    while (at < chunk.length && !this.overflowed) at = this.step(chunk, at);
    const open = this.state === 'lt' ? this.ltAt : -1;
    if (this.state !== 'content' && this.state !== 'content-lt') {
      this.keep(chunk, open < 0 && this.state === 'lt' ? 0 : open < 0 ? chunk.length : open);
    }
    this.ltAt = -1;
  }

  /** The document without the content of its pieces. */
  finish(): Buffer {
    if (this.content !== null) {
      // The document is cut short, which the parser will say.
      this.content.writer.discard();
      for (const bytes of this.content.raw ?? []) this.emit(bytes);
    }
    if (this.state === 'lt' || this.state === 'content-lt') this.emit(ltBytes);
    if (this.doubt !== null) this.closeDoubt();
    if (this.tooMany)
      this.findings.push(findingOf('ECL-LIM-ATTACHMENTS', { max: String(this.limits.attachmentsMax) }));
    if (!this.overflowed) return Buffer.concat(this.out, this.outBytes);
    this.findings.push(findingOf('ECL-LIM-STRUCTURE', { max: String(this.limits.structureBytesMax) }));
    return Buffer.alloc(0);
  }

  private step(chunk: Buffer, at: number): number {
    switch (this.state) {
      case 'text':
        return this.toLt(chunk, at, 'lt');
      case 'lt':
        return this.afterLt(chunk, at);
      case 'name':
        return this.inName(chunk, at);
      case 'tag':
        return this.inTag(chunk, at);
      case 'quote':
        return this.toByte(chunk, at, this.quote, 'tag');
      case 'end-tag':
        return this.toByte(chunk, at, GT, 'text');
      case 'bang':
        return this.afterBang(chunk, at);
      case 'until':
        return this.toEnd(chunk, at);
      case 'content':
        return this.inContent(chunk, at);
      case 'content-lt':
        return this.afterContent(chunk, at);
      case 'pass':
        return chunk.length;
    }
  }

  private toLt(chunk: Buffer, at: number, next: State): number {
    const lt = chunk.indexOf(LT, at);
    if (lt < 0) return chunk.length;
    this.ltAt = lt;
    this.state = next;
    return lt + 1;
  }

  private toByte(chunk: Buffer, at: number, byte: number, next: State): number {
    const found = chunk.indexOf(byte, at);
    if (found < 0) return chunk.length;
    this.state = next;
    return found + 1;
  }

  private afterLt(chunk: Buffer, at: number): number {
    const byte = chunk[at];
    if (byte === SLASH && this.doubt !== null && this.doubt.depth-- === 0) {
      this.keep(chunk, this.ltAt < 0 ? at : this.ltAt);
      this.closeDoubt();
    }
    if (this.ltAt < 0) this.emit(ltBytes);
    if (byte === SLASH) this.state = 'end-tag';
    else if (byte === 0x3f) this.enterUntil(0x3f, 1);
    else if (byte === 0x21) {
      this.state = 'bang';
      this.bang = '';
    } else {
      this.state = 'name';
      this.name = '';
      return at;
    }
    return at + 1;
  }

  private afterBang(chunk: Buffer, at: number): number {
    this.bang += String.fromCharCode(chunk[at] ?? 0);
    if (this.bang === '--') this.enterUntil(0x2d, 2);
    else if (this.bang === '[CDATA[') this.enterUntil(0x5d, 2);
    // A DOCTYPE, or nonsense: both are refused later, so nothing behind it is looked at.
    else if (!'--'.startsWith(this.bang) && !'[CDATA['.startsWith(this.bang)) this.state = 'pass';
    return at + 1;
  }

  private enterUntil(byte: number, times: number): void {
    this.state = 'until';
    this.until = { byte, times };
    this.run = 0;
  }

  private toEnd(chunk: Buffer, at: number): number {
    const { byte, times } = this.until;
    let i = this.run === 0 ? chunk.indexOf(byte, at) : at;
    if (i < 0) return chunk.length;
    for (; i < chunk.length; i++) {
      const one = chunk[i];
      if (one === byte) this.run++;
      else if (one === GT && this.run >= times) {
        this.state = 'text';
        return i + 1;
      } else {
        this.run = 0;
        return i + 1;
      }
    }
    return i;
  }

  private inName(chunk: Buffer, at: number): number {
    let end = at;
    let local = at;
    let byte = chunk[end] ?? 0;
    while (end < chunk.length && byte > 0x20 && byte !== GT && byte !== SLASH) {
      if (byte === COLON && local === at) local = end + 1;
      byte = chunk[++end] ?? 0;
    }
    // Most names are too short or too long for a target: no text is made of them.
    if (end < chunk.length && this.name === '' && this.targetLengths[end - local] !== 1) {
      this.target = null;
      this.previous = 0;
      this.state = 'tag';
      return end;
    }
    // The rest of a longer one need not be kept.
    if (this.name.length < nameLengthMax) this.name += chunk.toString('latin1', at, end);
    if (end === chunk.length) return end;
    this.target = this.targets.get(this.name.slice(this.name.indexOf(':') + 1)) ?? null;
    this.previous = 0;
    this.state = 'tag';
    return end;
  }

  private inTag(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === GT) {
        this.startTagEnds(chunk, at);
        return at + 1;
      }
      this.previous = byte;
      if (byte === 0x22 || byte === 0x27) {
        this.quote = byte;
        this.state = 'quote';
        return at + 1;
      }
    }
    return chunk.length;
  }

  private startTagEnds(chunk: Buffer, at: number): void {
    const empty = this.previous === SLASH;
    this.state = 'text';
    if (this.target !== null) this.ordinal++;
    const { doubt } = this;
    const wrapped = this.target?.inside === true && doubt?.depth === 0 && doubt.held !== null && !empty;
    if (doubt !== null && !wrapped) {
      if (!empty) doubt.depth++;
      return;
    }
    if (this.target === null || empty) return;
    this.keep(chunk, at + 1);
    if (doubt !== null) this.leaveDoubt(doubt.held ?? []);
    this.cutting = { binary: this.target.binary, name: this.name };
    const path = join(this.workDir, `piece-${this.ordinal}`);
    const writer = new PieceWriter(path, this.limits.entryBytesMax, this.memory);
    this.content = new Content(writer);
    this.state = 'content';
  }

  /** What is around holds the target alone: it passes as any other element. */
  private leaveDoubt(held: readonly Buffer[]): void {
    this.doubt = null;
    for (const bytes of held) this.emit(bytes);
  }

  private inContent(chunk: Buffer, at: number): number {
    const lt = chunk.indexOf(LT, at);
    const end = lt < 0 ? chunk.length : lt;
    const room = decodedRoom(end - at);
    if (this.decoded.length < room && chunk.length < wholeChunkBytes) this.decoded = new Uint8Array(room);
    this.content?.add(chunk, at, end, this.pieces.length >= this.limits.attachmentsMax, this.decoded);
    if (this.content !== null && this.content.raw !== null) this.holdsChunk = true;
    this.keepFrom = end;
    if (lt < 0) return end;
    this.ltAt = lt;
    this.state = 'content-lt';
    return lt + 1;
  }

  private afterContent(chunk: Buffer, at: number): number {
    const { content } = this;
    if (content !== null && chunk[at] === SLASH) {
      this.takePiece(content);
    } else if (content !== null) {
      content.writer.discard();
      const { raw, rawBytes, lineEnds } = content;
      this.doubt = { held: raw, heldBytes: rawBytes, lineEnds, depth: 0 };
    }
    this.content = null;
    this.keepFrom = this.ltAt < 0 ? at : this.ltAt;
    this.state = 'lt';
    return at;
  }

  private takePiece(content: Content): void {
    const { writer } = content;
    if (content.decoder.finish() && writer.sizeBytes > 0) {
      if (this.pieces.length >= this.limits.attachmentsMax) {
        this.tooMany = true;
        writer.discard();
      } else {
        const { sizeBytes } = writer;
        this.pieces.push({ index: this.ordinal, content: writer.finish(), sizeBytes });
      }
      this.emit(Buffer.alloc(content.lineEnds, LF));
      return;
    }
    writer.discard();
    if (content.raw !== null) {
      for (const bytes of content.raw) this.emit(bytes);
      return;
    }
    this.findings.push(this.base64Finding());
    this.emit(Buffer.alloc(content.lineEnds, LF));
  }

  private closeDoubt(): void {
    const { doubt } = this;
    this.doubt = null;
    if (doubt === null) return;
    if (doubt.held === null) {
      this.findings.push(this.base64Finding());
      this.emit(Buffer.alloc(doubt.lineEnds, LF));
    } else {
      for (const bytes of doubt.held) this.emit(bytes);
    }
  }

  /** Keeps what has been passed over of this chunk, up to `end`. */
  private keep(chunk: Buffer, end: number): void {
    if (end > this.keepFrom) this.emit(Buffer.from(chunk.subarray(this.keepFrom, end)));
    this.keepFrom = Math.max(this.keepFrom, end);
  }

  private emit(bytes: Buffer): void {
    const { doubt } = this;
    if (doubt !== null) {
      doubt.heldBytes += bytes.length;
      doubt.lineEnds += lineEndsIn(bytes, 0, bytes.length);
      if (doubt.heldBytes > keptContentBytesMax) doubt.held = null;
      doubt.held?.push(bytes);
      return;
    }
    this.outBytes += bytes.length;
    if (this.outBytes > this.limits.structureBytesMax) {
      this.overflowed = true;
      this.out = [];
    } else if (bytes.length > 0) {
      this.out.push(bytes);
    }
  }

  private base64Finding(): Finding {
    const line = 1 + this.out.reduce((n, bytes) => n + lineEndsIn(bytes, 0, bytes.length), 0);
    return base64Finding(this.cutting.binary, this.cutting.name, line);
  }
}

/** The content of one target element while it goes by. */
class Content {
  readonly decoder = new Base64Decoder();
  /** The bytes as they stand, as long as they are few enough to be put back. */
  raw: Buffer[] | null = [];
  rawBytes = 0;
  lineEnds = 0;

  constructor(readonly writer: PieceWriter) {}

  add(chunk: Buffer, from: number, to: number, unwanted: boolean, into: Uint8Array): void {
    if (to === from) return;
    this.lineEnds += lineEndsIn(chunk, from, to);
    this.rawBytes += to - from;
    if (this.rawBytes > keptContentBytesMax) this.raw = null;
    this.raw?.push(chunk.subarray(from, to));
    const again = unwanted || this.writer.writesThrough;
    const decoded = this.decoder.push(chunk, from, to, again ? into : undefined);
    if (unwanted) this.writer.sizeBytes += decoded.length;
    else this.writer.add(decoded);
  }
}

function lineEndsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** The finding about content that is not base64; `binary`: its schema type is xs:base64Binary. */
export function base64Finding(binary: boolean, element: string, line: number): Finding {
  const known = findingOf('ECL-PJ-BASE64', { element }, { path: `//${element}`, line });
  return binary ? { ...known, rule: 'XSD' } : known;
}
