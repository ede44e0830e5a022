/** Who set a status of an invoice and what was said of it; statuses of the pivots that went out. */
export const life = `
ALTER TABLE statuses ADD COLUMN "actor" TEXT;
ALTER TABLE statuses ADD COLUMN "role" TEXT;
ALTER TABLE statuses ADD COLUMN "statedAt" TEXT;
ALTER TABLE statuses ADD COLUMN "complement" TEXT;
ALTER TABLE statuses ADD COLUMN "mandate" TEXT;
ALTER TABLE statuses ADD COLUMN "producer" TEXT;
ALTER TABLE statuses ADD COLUMN "sourceFlow" TEXT;
ALTER TABLE statuses ADD COLUMN "sourceEntry" TEXT;
ALTER TABLE statuses ADD COLUMN "sourceIndex" INTEGER;
CREATE UNIQUE INDEX "statusesSource" ON statuses ("sourceFlow", "sourceEntry", "sourceIndex")
  WHERE "sourceFlow" IS NOT NULL;

CREATE TABLE "flowStatuses" (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "pivot" TEXT NOT NULL REFERENCES deliveries ("id"),
  "partner" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "statedAt" TEXT,
  "actor" TEXT NOT NULL,
  "complement" TEXT,
  "comment" TEXT,
  "details" TEXT NOT NULL,
  "sourceFlow" TEXT NOT NULL,
  "delivery" TEXT
) STRICT;
CREATE UNIQUE INDEX "flowStatusesOnce" ON "flowStatuses" ("pivot", "code", "sourceFlow");
CREATE INDEX "flowStatusesFlow" ON "flowStatuses" ("flow", "seq");
CREATE INDEX "flowStatusesSource" ON "flowStatuses" ("sourceFlow", "seq") WHERE "sourceFlow" <> '';
CREATE INDEX "flowStatusesPending" ON "flowStatuses" ("partner", "seq", "at") WHERE "delivery" IS NULL;
CREATE INDEX "deliveriesUnfetched" ON deliveries ("deliveredAt")
  WHERE "kind" = 'pivot' AND "state" = 'delivered' AND "fetchedAt" IS NULL;
`;
