import type { ProcessRole } from '../../../domain/process-role.js';
import type { MemberCalls, SchemaVersions } from '../../../ports/store-members.js';
import type { ClockedStore } from './leases.js';
import { db, query } from './query.js';

interface Beat {
  id: string;
  roles: string;
  host: string;
  pid: number;
  version: string;
  schema: number;
  beatMs: number;
  at: string;
}

const enter = query((p: Beat) =>
  db
    .insertInto('members')
    .values({
      id: p.id,
      roles: p.roles,
      host: p.host,
      pid: p.pid,
      version: p.version,
      schema: p.schema,
      beatMs: p.beatMs,
      startedAt: p.at,
      seenAt: p.at,
    })
    .onConflict((c) => c.column('id').doUpdateSet({ roles: p.roles, seenAt: p.at })),
);

const allMembers = query((_: Record<never, never>) =>
  db
    .selectFrom('members')
    .select(['id', 'roles', 'host', 'pid', 'version', 'schema', 'beatMs', 'startedAt', 'seenAt'])
    .orderBy('startedAt')
    .orderBy('id'),
);

const dropMember = query((p: { id: string }) => db.deleteFrom('members').where('id', '=', p.id));

const dropSilent = query((p: { before: string }) => db.deleteFrom('members').where('seenAt', '<', p.before));

/** The members, for either engine: only the clock and where the version stands differ. */
export function memberCalls(
  { read, write, now }: ClockedStore,
  versions: () => Promise<SchemaVersions>,
): MemberCalls {
  return {
    beat: async ({ roles, ...member }) =>
      await write(async (c) => {
        await c.run(enter, { ...member, roles: roles.join(','), at: (await now(c)).toISOString() });
      }),
    members: async () =>
      await read(async (c) => {
        const rows = await c.all(allMembers, {});
        const atMs = (await now(c)).getTime();
        return rows.map((row) => ({
          ...row,
          roles: row.roles.split(',').filter((role) => role !== '') as ProcessRole[],
          silentMs: Math.max(0, atMs - Date.parse(row.seenAt)),
        }));
      }),
    forgetMember: async (id) => await write(async (c) => void (await c.run(dropMember, { id }))),
    forgetMembers: async (silentMs) =>
      await write(async (c) => {
        const before = new Date((await now(c)).getTime() - silentMs).toISOString();
        return await c.run(dropSilent, { before });
      }),
    // On a connection of its own: one held meanwhile would leave a pool without any once all wait like this.
    schemaVersions: versions,
  };
}
