/** Partners held by an operator, partners whose server fails, and flows that are only tried. */
export const partners = `
ALTER TABLE flows ADD COLUMN "qualification" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "partnerControls" (
  "partner" TEXT PRIMARY KEY,
  "mode" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "reason" TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE "partnerHealth" (
  "partner" TEXT NOT NULL,
  "side" TEXT NOT NULL,
  "circuit" TEXT NOT NULL,
  "faults" INTEGER NOT NULL,
  "since" TEXT NOT NULL,
  "retryAt" TEXT,
  "error" TEXT,
  PRIMARY KEY ("partner", "side")
) STRICT, WITHOUT ROWID;
`;
