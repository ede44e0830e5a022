/** What people are told of, and what has been sent of it over which channel. */
export const alerts = `
CREATE TABLE alerts (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "key" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "partner" TEXT,
  "flow" TEXT,
  "delivery" TEXT,
  "since" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "fix" TEXT NOT NULL,
  "beganAt" TEXT NOT NULL,
  "endedAt" TEXT
) STRICT;
CREATE UNIQUE INDEX "alertsOpen" ON alerts ("key") WHERE "endedAt" IS NULL;

CREATE TABLE "alertNotices" (
  "seq" INTEGER PRIMARY KEY,
  "alert" TEXT NOT NULL REFERENCES alerts ("id"),
  "phase" TEXT NOT NULL,
  "channel" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "retryAt" TEXT NOT NULL DEFAULT '',
  "lastError" TEXT,
  "sentAt" TEXT,
  UNIQUE ("alert", "phase", "channel")
) STRICT;
CREATE INDEX "alertNoticesPending" ON "alertNotices" ("channel", "seq") WHERE "state" = 'pending';
CREATE INDEX "deliveriesLate" ON deliveries ("createdAt") WHERE "state" = 'pending';
`;
