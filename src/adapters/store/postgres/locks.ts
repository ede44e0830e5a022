/** Our advisory locks; the first number keeps them apart from those of other programs in the database. */
const space = 0x45434c55;

/** Held from the beginning of a transaction of the port to its commit: `seq` is the order of commit. */
export const orderLock = `SELECT pg_advisory_xact_lock(${space}, 1)`;
/** One process at a time changes the schema. */
export const migrationLock = `SELECT pg_advisory_xact_lock(${space}, 2)`;
/** One copy into a database at a time, for as long as its connection lasts. */
export const copyLock = `SELECT pg_try_advisory_lock(${space}, 3) AS "held"`;
