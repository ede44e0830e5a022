import { isHeld } from '../pipeline/lock.js';
import { isLost } from '../pipeline/members.js';
import type { LeaseState } from '../ports/store-leases.js';
import type { MemberState } from '../ports/store-members.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

/** `members`: who works on this store, since when, and what each holds. */
export const members: Action<object> = async ({ options, output }) => {
  await using context = await openContext(options);
  const known = await context.store.members();
  const leases = (await context.store.leases()).filter(isHeld);
  for (const member of known) {
    const lost = isLost(member);
    const held = lost ? [] : leases.filter(({ holder }) => holder === member.id).map(({ name }) => name);
    output.json({ ...member, state: lost ? 'lost' : 'working', leases: held });
    output.line(lineOf(member, lost, held));
  }
  if (known.length === 0) output.line('Aucun processus ne travaille ici.');
  return exitCodes.done;
};

function lineOf(member: MemberState, lost: boolean, held: readonly LeaseState['name'][]): string {
  const { id, roles, host, pid, version, startedAt, silentMs } = member;
  const state = lost ? `perdu, muet depuis ${Math.round(silentMs / 1_000)} s` : 'au travail';
  const does = roles.join(',').padEnd(22);
  return `${id}  ${does} ${host} (${pid})  ${version}  depuis ${startedAt}  ${state}${heldText(held)}`;
}

/** Folders and outboxes are counted, the rest is named. */
function heldText(held: readonly string[]): string {
  const count = (prefix: string): number => held.filter((name) => name.startsWith(prefix)).length;
  const singles = held.filter((name) => !name.includes(':'));
  const parts = [
    [count('intake:'), 'dossiers'],
    [count('outbox:'), 'boîtes d’envoi'],
  ].flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]));
  const all = [...parts, ...singles];
  return all.length === 0 ? '' : `  [${all.join(', ')}]`;
}
