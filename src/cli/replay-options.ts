import { isCalendarDay } from '../domain/dates.js';
import { Fault } from '../errors.js';
import type { ReplayFilter } from '../ports/store-replay.js';
import { stateNamed } from './flows.js';
import { instantNamed } from './period.js';

export interface ReplayOptions {
  readonly state?: string;
  readonly partner?: string;
  readonly rule?: string;
  readonly since?: string;
  readonly supplier?: string;
  readonly dryRun?: boolean;
  readonly with?: string;
  readonly asOf?: string;
  readonly reason?: string;
  readonly resume?: string;
  /** Seconds. */
  readonly wait: number;
}

/** What a replay is asked for: one flow by its name or id, the flows of a filter, or a batch to go on with. */
export type ReplayWish =
  | { readonly kind: 'flow'; readonly name: string }
  | { readonly kind: 'filter'; readonly filter: ReplayFilter }
  | { readonly kind: 'resume'; readonly batch: string };

/** @throws Fault USAGE. */
export function wishOf(options: ReplayOptions, name: string | undefined): ReplayWish {
  const filter = filterOf(options);
  const filtered = Object.keys(filter).length > 0;
  const given = [name !== undefined, filtered, options.resume !== undefined].filter(Boolean).length;
  if (given !== 1) {
    throw new Fault(
      'USAGE',
      'flows replay: name one flow, or give a filter (--state, --partner, --rule, --since, --supplier), or --resume BATCH',
    );
  }
  if (options.with !== undefined && name === undefined)
    throw new Fault('USAGE', '--with FILE is for one flow: name it');
  if (options.resume !== undefined) return { kind: 'resume', batch: options.resume };
  return name === undefined ? { kind: 'filter', filter } : { kind: 'flow', name };
}

function filterOf({ state, partner, rule, since, supplier }: ReplayOptions): ReplayFilter {
  return {
    ...(state === undefined ? {} : { state: stateNamed(state) }),
    ...(partner === undefined ? {} : { partner }),
    ...(rule === undefined ? {} : { rule }),
    ...(since === undefined ? {} : { since: instantNamed(since) }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

/** Why, for the audit trail. @throws Fault USAGE. */
export function reasonOf({ reason }: ReplayOptions): string {
  const text = reason?.trim() ?? '';
  if (text !== '') return text;
  throw new Fault(
    'USAGE',
    'please say why with --reason "...": it is kept in the audit trail beside who and when (--dry-run only shows, and needs none)',
  );
}

/** @throws Fault USAGE. */
export function dayAskedFor({ asOf }: ReplayOptions): string | null {
  if (asOf === undefined || isCalendarDay(asOf)) return asOf ?? null;
  throw new Fault('USAGE', `--as-of ${asOf}: a day such as 2026-11-21 is expected`);
}
