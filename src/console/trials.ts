import { z } from 'zod';
import type { Actor } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { TrialReport } from '../pipeline/trial.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import { newToken, tokenHash } from './tokens.js';
import { withoutIbans } from './ui/show.js';

/** For how many days a link may be shared, up to `console.linkDaysMax`. */
export function linkDays(max: number): readonly number[] {
  return [...new Set([1, 7, 30, max])].filter((days) => days <= max).sort((a, b) => a - b);
}

/** The one that is proposed: a week, or the longest that may be. */
export function usualDays(choices: readonly number[]): number {
  return choices.includes(7) ? 7 : Math.min(7, choices.at(-1) ?? 1);
}

const kinds = { own: 'trial', shared: 'trial-shared' } as const;

/** A link that somebody has made; the address itself is told once and kept nowhere. */
export interface TrialLink {
  readonly hash: string;
  readonly by: Actor;
  readonly expiresAt: string;
}

/** A report as it is kept, and the links to it. */
export interface KeptTrial {
  readonly id: string;
  readonly report: TrialReport;
  readonly links: readonly TrialLink[];
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
}

const idShape = z.uuid();
const ownHash = (id: string): string => tokenHash(`trial:${id}`);

/** Keeps a report for so long, for those who are signed in, without the IBANs in it; gives its id. */
export async function keepTrial(
  { store, clock, keptMs }: Parts & { readonly keptMs: number },
  report: TrialReport,
  by: Actor,
): Promise<string> {
  const id = newId();
  const at = clock.now();
  const target = JSON.stringify({ report: masked(report), links: [] });
  const expiresAt = new Date(at.getTime() + keptMs).toISOString();
  const link = {
    hash: ownHash(id),
    kind: kinds.own,
    target,
    createdAt: at.toISOString(),
    createdBy: by,
    expiresAt,
  };
  await store.transaction((tx) => tx.insertShareLink(link));
  return id;
}

/** Null when there is none, or it is too old. */
export async function keptTrial({ store, clock }: Parts, id: string): Promise<KeptTrial | null> {
  if (!idShape.safeParse(id).success) return null;
  const row = await store.shareLink(ownHash(id));
  if (row === null || row.kind !== kinds.own || row.expiresAt <= clock.now().toISOString()) return null;
  const { report, links } = JSON.parse(row.target) as Omit<KeptTrial, 'id'>;
  return { id, report, links };
}

/** The report that an address leads to; null when the address is wrong, revoked or too old. */
export async function sharedTrial({ store, clock }: Parts, token: string): Promise<TrialReport | null> {
  if (!/^[\w-]{40,64}$/.test(token)) return null;
  const row = await store.shareLink(tokenHash(token));
  if (row === null || row.kind !== kinds.shared || row.expiresAt <= clock.now().toISOString()) return null;
  return (JSON.parse(row.target) as { report: TrialReport }).report;
}

/** Makes an address that shows a report to whoever has it; the token is in no store. */
export async function shareTrial(
  { store, clock }: Parts,
  trial: KeptTrial,
  by: Actor,
  days: number,
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const token = newToken();
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + days * 86_400_000).toISOString();
  const made: TrialLink = { hash: tokenHash(token), by, expiresAt };
  await rewrite({ store, clock }, { ...trial, links: [...trial.links, made] }, async (tx) => {
    await tx.insertShareLink({
      hash: made.hash,
      kind: kinds.shared,
      target: JSON.stringify({ report: trial.report }),
      createdAt: now.toISOString(),
      createdBy: by,
      expiresAt,
    });
    const text = `rapport d’essai de ${trial.report.givenName} partagé par un lien jusqu’au ${expiresAt}`;
    await tx.insertEvents([
      { at: now.toISOString(), actor: by, kind: 'trial-shared', flow: null, invoice: null, text },
    ]);
  });
  return { token, expiresAt };
}

/** Ends every address of a report at once; how many there were. */
export async function revokeTrial(parts: Parts, trial: KeptTrial, by: Actor): Promise<number> {
  let count = 0;
  await rewrite(parts, { ...trial, links: [] }, async (tx) => {
    count = 0;
    for (const { hash } of trial.links) if (await tx.dropShareLink(hash)) count += 1;
    const at = parts.clock.now().toISOString();
    const text = `liens vers le rapport d’essai de ${trial.report.givenName} révoqués : ${count}`;
    await tx.insertEvents([{ at, actor: by, kind: 'trial-revoked', flow: null, invoice: null, text }]);
  });
  return count;
}

type Tx = Parameters<Parameters<Store['transaction']>[0]>[0];

async function rewrite({ store }: Parts, trial: KeptTrial, also: (tx: Tx) => Promise<void>): Promise<void> {
  const hash = ownHash(trial.id);
  const row = await store.shareLink(hash);
  if (row === null) return;
  const target = JSON.stringify({ report: trial.report, links: trial.links });
  // A link lives on when the report itself is no longer kept for us, and its report with it.
  const expiresAt =
    [row.expiresAt, ...trial.links.map((link) => link.expiresAt)].sort().at(-1) ?? row.expiresAt;
  await store.transaction(async (tx) => {
    await tx.dropShareLink(hash);
    await tx.insertShareLink({ ...row, target, expiresAt });
    await also(tx);
  });
}

function masked(report: TrialReport): TrialReport {
  const hide = <T extends string | null>(text: T): T => (text === null ? text : (withoutIbans(text) as T));
  return {
    ...report,
    pivot: hide(report.pivot),
    findings: report.findings.map((finding) => ({
      ...finding,
      message: hide(finding.message),
      fix: hide(finding.fix),
      value: hide(finding.value),
      excerpt: finding.excerpt.map((line) => ({ ...line, text: hide(line.text) })),
    })),
  };
}
