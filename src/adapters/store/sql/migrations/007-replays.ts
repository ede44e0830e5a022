/**
 * Replays: orders to work flows again, and the flows of each order. A flow has one open replay at most, which the
 * index holds. Its conditions are literals, or they would not be indexed.
 */
export const replays = `
CREATE TABLE "replayBatches" (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "by" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "filter" TEXT NOT NULL
) STRICT;

CREATE TABLE replays (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "batch" TEXT NOT NULL REFERENCES "replayBatches" ("id"),
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "asOf" TEXT,
  "withName" TEXT,
  "withKey" TEXT,
  "withSha256" TEXT,
  "withSizeBytes" INTEGER,
  "state" TEXT NOT NULL,
  "beforeState" TEXT NOT NULL,
  "beforeAttempt" INTEGER NOT NULL,
  "beforeReceived" INTEGER NOT NULL,
  "beforeIntegrated" INTEGER NOT NULL,
  "attempt" INTEGER,
  "afterState" TEXT,
  "replaces" TEXT,
  "endedAt" TEXT
) STRICT;
CREATE UNIQUE INDEX "replaysOpen" ON replays ("flow") WHERE "state" IN ('waiting', 'taken');
CREATE INDEX "replaysWaiting" ON replays ("seq") WHERE "state" = 'waiting';
CREATE INDEX "replaysTaken" ON replays ("seq") WHERE "state" = 'taken';
CREATE INDEX "replaysBatch" ON replays ("batch", "seq");
CREATE INDEX "replaysFlow" ON replays ("flow", "seq");
`;
