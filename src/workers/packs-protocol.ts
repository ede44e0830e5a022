import type { FaultCode } from '../errors.js';
import type { Installed } from '../validate/packs/install.js';
import type { PacksLook } from '../validate/packs/look.js';

/** An archive or file of rules that somebody has sent, and what they say of it where it does not say so itself. */
export interface PacksAsked {
  readonly path: string;
  /** Its name as published. */
  readonly name: string;
  readonly rulesDir: string;
  readonly set?: string | undefined;
  readonly version?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
}

/** What a thread for rule packs is started with: it does this one thing and ends. */
export type PacksOrder =
  | ({ readonly kind: 'look' } & PacksAsked)
  | ({ readonly kind: 'install'; readonly now: Date; readonly staging: string } & PacksAsked)
  | { readonly kind: 'remove'; readonly rulesDir: string; readonly set: string; readonly version: string };

/** What would be installed, with the SHA-256 of the archive itself. */
export interface ArchiveLook extends PacksLook {
  readonly sha256: string;
}

export interface PacksResults {
  readonly look: ArchiveLook;
  readonly install: readonly Installed[];
  readonly remove: null;
}

/** What it says before it ends; `code` null: no fault of ours, an error. */
export type PacksAnswer =
  | { readonly ok: true; readonly result: PacksResults[PacksOrder['kind']] }
  | { readonly ok: false; readonly code: FaultCode | null; readonly message: string };
