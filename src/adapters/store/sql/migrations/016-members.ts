/** Processes that work on this store. Roles are separated by commas. */
export const members = `
CREATE TABLE "members" (
  "id" TEXT PRIMARY KEY,
  "roles" TEXT NOT NULL,
  "host" TEXT NOT NULL,
  "pid" INTEGER NOT NULL,
  "version" TEXT NOT NULL,
  "schema" INTEGER NOT NULL,
  "beatMs" INTEGER NOT NULL,
  "startedAt" TEXT NOT NULL,
  "seenAt" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
