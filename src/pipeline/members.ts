import { engineRoles, type ProcessRole } from '../domain/process-role.js';
import { asError } from '../errors.js';
import type { Log } from '../log.js';
import type { Store } from '../ports/store.js';
import type { Member, MemberState } from '../ports/store-members.js';
import { engineLocked } from './lock.js';
import { isDeadHere, memberLives } from './member-id.js';

export interface MembershipOptions {
  readonly store: Pick<Store, 'beat' | 'forgetMember' | 'forgetMembers' | 'schemaVersions'>;
  readonly member: Member;
  readonly log: Log;
  /** Told when the database has been brought to a version that this program cannot work with. */
  readonly onOutdated: (reason: string) => void;
}

/** The name of a process among those that work on the store. */
export interface Membership {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A member that has missed so many heartbeats is lost. */
const beatsMissed = 3;
/** One that has been silent for so long is forgotten. */
const forgetMs = 86_400_000;
const forgetEveryMs = 3_600_000;

/** Three heartbeats in a life of leases. */
export function beatMsOf({ ttlMs }: { readonly ttlMs: number }): number {
  return Math.floor(ttlMs / beatsMissed);
}

/** Silent for three heartbeats, or known to have died on this host. */
export function isLost({ id, silentMs, beatMs }: MemberState): boolean {
  return silentMs >= beatsMissed * beatMs || isDeadHere(id);
}

export function createMembership(options: MembershipOptions): Membership {
  const { store, member, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | null = null;
  let forgottenMs = Number.NEGATIVE_INFINITY;

  async function beat(): Promise<void> {
    await store.beat(member);
    const { database, oldest, program } = await store.schemaVersions();
    if (oldest > program)
      options.onOutdated(
        `the database has been brought to version ${database}, this program knows ${program} at most: start the newer program`,
      );
    if (performance.now() - forgottenMs < forgetEveryMs) return;
    forgottenMs = performance.now();
    await store.forgetMembers(forgetMs);
  }

  return {
    async start() {
      memberLives(member.id, true);
      await beat();
      timer = setInterval(() => {
        // While the database is away they would pile up, and take all of its connections once it is back.
        beating ??= beat()
          .catch((thrown: unknown) =>
            log.error('no heartbeat could be given', { error: asError(thrown).message }),
          )
          .finally(() => {
            beating = null;
          });
      }, member.beatMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await beating;
      memberLives(member.id, false);
      await store
        .forgetMember(member.id)
        .catch((thrown: unknown) =>
          log.warn('a member could not take its name off', { error: asError(thrown).message }),
        );
    },
  };
}

/**
 * Whether a process works on this store now, in a role where one is asked for: an engine that does everything, or a
 * member of several.
 */
export async function engineRunning(
  store: Pick<Store, 'leases' | 'members'>,
  role?: ProcessRole,
): Promise<boolean> {
  if (await engineLocked(store)) return true;
  const wanted: readonly ProcessRole[] = role === undefined ? engineRoles : [role];
  return (await store.members()).some(
    (member) => !isLost(member) && member.roles.some((one) => wanted.includes(one)),
  );
}
