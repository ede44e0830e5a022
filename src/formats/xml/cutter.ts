import { join } from 'node:path';
import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import type { Limits } from '../../domain/limits.js';
import type { Piece } from '../../domain/reading.js';
import { Aside } from './aside.js';
import { decodedRoom } from './base64.js';
import { Content } from './content.js';
import { Kept } from './kept.js';
import { type MemoryBudget, PieceWriter } from './piece-writer.js';
import { type CutTarget, nameLengthMax, Targets } from './targets.js';

type State =
  | 'text'
  | 'lt'
  | 'name'
  | 'tag'
  | 'quote'
  | 'end-tag'
  | 'bang'
  | 'aside'
  | 'content'
  | 'content-lt'
  | 'pass';

/** A chunk of this size is a whole document: it is decoded once, and nothing is to be used again. */
const wholeChunkBytes = 1024 * 1024;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const BANG = 0x21;
const ltBytes = Buffer.from('<');

/**
 * A byte-level tokenizer that lets a document through and takes the content of the target elements out, piece by
 * piece. Bytes may come in chunks cut anywhere. It never diagnoses: whatever it does not know, it lets through.
 */
export class Cutter {
  readonly pieces: Piece[] = [];
  /** True while bytes of the last chunk may have to be put back. */
  holdsChunk = false;

  private readonly targets: Targets;
  private readonly kept: Kept;
  private readonly aside = new Aside();
  private state: State = 'text';
  /** Start of what is to be kept of this chunk, and where the last `<` stands; -1: in the chunk before. */
  private keepFrom = 0;
  private ltAt = -1;
  private name = '';
  private quote = 0;
  private previous = 0;
  private ordinal = -1;
  private tooMany = false;
  private target: CutTarget | null = null;
  private content: Content | null = null;
  /** Where chunks are decoded, again and again, once a piece goes to its file. */
  private decoded = new Uint8Array(0);

  constructor(
    private readonly workDir: string,
    private readonly limits: Limits,
    targets: readonly CutTarget[],
    private readonly memory: MemoryBudget,
  ) {
    this.kept = new Kept(limits.structureBytesMax);
    this.targets = new Targets(targets);
  }

  get findings(): readonly Finding[] {
    return this.kept.findings;
  }

  /** True when what is left of the document is larger than `structureBytesMax`: nothing more is kept. */
  get overflowed(): boolean {
    return this.kept.overflowed;
  }

  /** A chunk may be used again once it has been pushed, unless `holdsChunk`. */
  push(chunk: Buffer): void {
    this.holdsChunk = false;
    this.keepFrom = 0;
    let at = 0;
    while (at < chunk.length && !this.kept.overflowed) at = this.step(chunk, at);
    const open = this.state === 'lt' ? this.ltAt : -1;
    if (this.state !== 'content' && this.state !== 'content-lt') {
      this.keep(chunk, open < 0 && this.state === 'lt' ? 0 : open < 0 ? chunk.length : open);
    }
    this.ltAt = -1;
  }

  /** The document without the content of its pieces. */
  finish(): Buffer {
    const { kept, content, limits } = this;
    if (content !== null) {
      // The document is cut short, which the parser will say.
      content.writer.discard();
      kept.emitAll(content.raw ?? []);
    }
    if (this.state === 'lt' || this.state === 'content-lt') kept.emit(ltBytes);
    const bytes = kept.finish();
    const tell = (rule: 'ECL-LIM-ATTACHMENTS' | 'ECL-LIM-STRUCTURE', max: number) =>
      kept.findings.push(findingOf(rule, { max: String(max) }));
    if (this.tooMany) tell('ECL-LIM-ATTACHMENTS', limits.attachmentsMax);
    if (kept.overflowed) tell('ECL-LIM-STRUCTURE', limits.structureBytesMax);
    return bytes;
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
      case 'aside':
        return this.inAside(chunk, at);
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
    const { kept, aside } = this;
    if (byte === SLASH && kept.doubt !== null && kept.doubt.depth-- === 0) {
      this.keep(chunk, this.ltAt < 0 ? at : this.ltAt);
      kept.closeDoubt();
    }
    if (this.ltAt < 0) kept.emit(ltBytes);
    if (byte === SLASH) this.state = 'end-tag';
    else if (byte === QUESTION) {
      this.state = 'aside';
      aside.instruction();
    } else if (byte === BANG) {
      this.state = 'bang';
      aside.declaration();
    } else {
      this.state = 'name';
      this.name = '';
      return at;
    }
    return at + 1;
  }

  private afterBang(chunk: Buffer, at: number): number {
    const found = this.aside.named(chunk[at] ?? 0);
    if (found === 'aside') this.state = 'aside';
    // Nothing behind it is looked at.
    else if (found === 'none') this.state = 'pass';
    return at + 1;
  }

  private inAside(chunk: Buffer, from: number): number {
    const { at, ended } = this.aside.pass(chunk, from);
    if (ended) this.state = 'text';
    return at;
  }

  private inName(chunk: Buffer, at: number): number {
    let end = at;
    let local = at;
    let byte = chunk[end] ?? 0;
    while (end < chunk.length && byte > 0x20 && byte !== GT && byte !== SLASH) {
      if (byte === COLON && local === at) local = end + 1;
      byte = chunk[++end] ?? 0;
    }
    if (end < chunk.length && this.name === '' && !this.targets.hasOfLength(end - local)) {
      this.target = null;
      this.previous = 0;
      this.state = 'tag';
      return end;
    }
    if (this.name.length < nameLengthMax) this.name += chunk.toString('latin1', at, end);
    if (end === chunk.length) return end;
    this.target = this.targets.of(this.name);
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
    const { doubt } = this.kept;
    const wrapped = this.target?.inside === true && doubt?.depth === 0 && doubt.held !== null && !empty;
    if (doubt !== null && !wrapped) {
      if (!empty) doubt.depth++;
      return;
    }
    if (this.target === null || empty) return;
    this.keep(chunk, at + 1);
    if (doubt !== null) this.kept.leaveDoubt();
    this.kept.cutting = { binary: this.target.binary, name: this.name };
    const path = join(this.workDir, `piece-${this.ordinal}`);
    this.content = new Content(new PieceWriter(path, this.limits.entryBytesMax, this.memory));
    this.state = 'content';
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
      this.kept.openDoubt(content);
    }
    this.content = null;
    this.keepFrom = this.ltAt < 0 ? at : this.ltAt;
    this.state = 'lt';
    return at;
  }

  private takePiece({ writer, decoder, raw, lineEnds }: Content): void {
    const { kept } = this;
    if (!decoder.finish() || writer.sizeBytes === 0) {
      writer.discard();
      if (raw !== null) kept.emitAll(raw);
      else kept.refuseContent(lineEnds);
      return;
    }
    if (this.pieces.length >= this.limits.attachmentsMax) {
      this.tooMany = true;
      writer.discard();
    } else {
      const { sizeBytes } = writer;
      this.pieces.push({ index: this.ordinal, content: writer.finish(), sizeBytes });
    }
    kept.emitLineEnds(lineEnds);
  }

  /** Keeps what has been passed over of this chunk, up to `end`. */
  private keep(chunk: Buffer, end: number): void {
    if (end > this.keepFrom) this.kept.emit(Buffer.from(chunk.subarray(this.keepFrom, end)));
    this.keepFrom = Math.max(this.keepFrom, end);
  }
}
