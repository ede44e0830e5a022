/** Flows that met faults or had attempts cut short, and wait for their next try or for somebody. */
export const jobs = `
CREATE TABLE "jobFaults" (
  "flow" TEXT PRIMARY KEY REFERENCES flows ("id"),
  "faults" INTEGER NOT NULL,
  "cuts" INTEGER NOT NULL,
  "accounted" INTEGER NOT NULL,
  "firstAt" TEXT NOT NULL,
  "lastAt" TEXT NOT NULL,
  "nextAt" TEXT NOT NULL,
  "code" TEXT,
  "error" TEXT,
  "deadAt" TEXT,
  "retriedAt" TEXT,
  "retriedBy" TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX "jobFaultsDead" ON "jobFaults" ("deadAt", "flow") WHERE "deadAt" IS NOT NULL;
`;
