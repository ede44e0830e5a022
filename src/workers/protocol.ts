import type { Finding, Place } from '../domain/finding.js';
import type { Invoice } from '../domain/invoice.js';
import type { Limits } from '../domain/limits.js';
import type { PesEnvelope } from '../domain/pes.js';
import type { PieceContent } from '../domain/reading.js';
import type { FlowKind, RuleOptions } from '../domain/rule.js';
import type { SignaturePolicy } from '../domain/signature-policy.js';
import type { FlowStatusReading, StatusReading } from '../domain/status-reading.js';
import type { Syntax } from '../domain/syntax.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { SignedFile } from '../signature/types.js';
import type { AskedSet, RegradeChoice } from '../validate/packs/choice.js';
import type { SchemaName } from '../validate/schema/engine.js';
import type { ExcerptRequest, ExcerptResult } from './excerpt.js';

/** What a worker thread is asked to do with one entry: cut, check against its schema, read, apply rules. */
export interface CheckRequest {
  readonly kind: 'check';
  readonly path: string;
  /** Name of the entry, for findings. */
  readonly entry: string;
  /** A folder of this entry's own for its pieces; it comes into being with the first one. */
  readonly workDir: string;
  /** Syntaxes the interface takes; null for any. */
  readonly syntaxes: readonly Syntax[] | null;
  readonly flowKind: FlowKind;
  readonly interfaceCode: string | null;
  /** False: the document is not held to its schema, only parsed. */
  readonly schema: boolean;
  /** Rule sets to apply. */
  readonly sets: readonly AskedSet[];
  /** Rules that settings give another severity. */
  readonly regrade: readonly RegradeChoice[];
  /** False when only the schema is asked for: the invoices are not read. */
  readonly read: boolean;
  /** Whether pieces of good invoices are packed for delivery. */
  readonly pack: boolean;
  /** Bytes of small pieces that are kept in memory instead of in files. */
  readonly memoryBytesMax: number;
  /** Day of the deposit in Paris. */
  readonly today: string;
  readonly limits: Limits;
  readonly rules: RuleOptions;
  /** What is asked of electronic signatures; absent: they are not looked at. */
  readonly signatures?: SignaturePolicy;
  /** Moment of the deposit, for the dates of certificates; now where it is absent. */
  readonly receivedAt?: string;
  /** The entry is a signature, to be verified against these other files of its flow: nothing else is done with it. */
  readonly beside?: readonly SignedFile[];
}

/** Asks for the readable PDF of an invoice that came without one. */
export interface RenderRequest {
  readonly kind: 'render';
  readonly invoice: Invoice;
  readonly structureName: string | null;
  readonly serviceName: string | null;
  readonly receivedAt: string;
  readonly innerName: string;
  /** A ZIP of up to this size stays in memory; a larger one goes to `target`. */
  readonly memoryBytesMax: number;
  readonly target: string;
}

export type WorkRequest = CheckRequest | RenderRequest | ExcerptRequest;

/** A piece ready to be embedded in a pivot: a ZIP holding the one file. */
export interface PackedPiece {
  readonly index: number;
  readonly content: PieceContent;
  readonly sizeBytes: number;
  /** Type of the file inside, as sniffed. */
  readonly type: string;
  /** Name of the file inside the ZIP. */
  readonly innerName: string;
}

export interface CheckedInvoice {
  readonly index: number;
  readonly invoice: Invoice;
  /** Places of the terms that later stages speak about. */
  readonly places: Readonly<Record<string, Place>>;
  readonly valid: boolean;
}

export interface CheckResult {
  readonly kind: 'checked';
  readonly entry: string;
  readonly syntax: Syntax;
  readonly layers: readonly LayerVerdict[];
  readonly findings: readonly Finding[];
  readonly invoices: readonly CheckedInvoice[];
  readonly pieces: readonly PackedPiece[];
  /** What a PES_Aller says of itself, for its acknowledgement. */
  readonly pes?: PesEnvelope;
  /** Statuses of invoices, and statuses of flows, that a CPPStatut tells. */
  readonly statuses?: readonly StatusReading[];
  readonly flowStatuses?: readonly FlowStatusReading[];
  /** True when the parser hit the end of input. */
  readonly unfinished: boolean;
  readonly durationMs: number;
}

export interface RenderResult {
  readonly kind: 'rendered';
  readonly content: PieceContent;
  readonly sizeBytes: number;
}

export type WorkResult = CheckResult | RenderResult | ExcerptResult;

/** Terms whose places leave the worker: the directory and duplicate rules speak about them. */
export const placedTerms = [
  'number',
  'chorus.supplier.id',
  'chorus.recipient.id',
  'chorus.serviceCode',
  'chorus.engagement',
] as const;

export interface ToWorker {
  readonly id: number;
  readonly request: WorkRequest;
}

export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly result: WorkResult }
  | { readonly id: number; readonly ok: false; readonly code: string | null; readonly message: string }
  | { readonly ready: true };

/** What a worker needs to know once, at its start. */
export interface WorkerSetup {
  readonly schemasDir: string | null;
  /** Folder of the installed rule packs. */
  readonly rulesDir: string | null;
  readonly findingsMax: number;
  /** Schemas to compile before the first document comes; a thread compiles any other at its first use. */
  readonly warmSchemas?: readonly SchemaName[];
}
