/**
 * What was purged and what may never be; hashes of the pieces in the archive. Deliveries of no flow are found by index.
 */
export const retention = `
CREATE TABLE "legalHolds" (
  "flow" TEXT PRIMARY KEY REFERENCES flows ("id"),
  "by" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "reason" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "purges" (
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "kind" TEXT NOT NULL,
  "cause" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "doneAt" TEXT,
  PRIMARY KEY ("flow", "kind")
) STRICT, WITHOUT ROWID;
CREATE INDEX "purgesOpen" ON purges ("at") WHERE "doneAt" IS NULL;

CREATE TABLE "archivedFiles" (
  "key" TEXT PRIMARY KEY,
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "sha256" TEXT NOT NULL,
  "sizeBytes" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "archivedFilesFlow" ON "archivedFiles" ("flow");
CREATE INDEX "deliveriesLoose" ON deliveries ("seq") WHERE "flow" IS NULL;
`;
