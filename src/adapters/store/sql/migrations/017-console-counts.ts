/**
 * Counts by the hour (UTC) in which flows were received, kept at commit: a line for each change, folded into sums now
 * and then, so that no two commits ever wait for one row. Flows and invoices are found by what people look for.
 */
export const consoleCounts = `
CREATE TABLE "hourlyCounts" (
  "kind" TEXT NOT NULL,
  "hour" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "flows" INTEGER NOT NULL,
  "received" INTEGER NOT NULL,
  "integrated" INTEGER NOT NULL,
  "rejected" INTEGER NOT NULL,
  PRIMARY KEY ("kind", "hour", "name")
) STRICT, WITHOUT ROWID;

CREATE TABLE "countChanges" (
  "seq" INTEGER PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "hour" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "flows" INTEGER NOT NULL,
  "received" INTEGER NOT NULL,
  "integrated" INTEGER NOT NULL,
  "rejected" INTEGER NOT NULL
) STRICT;

INSERT INTO "hourlyCounts" ("kind", "hour", "name", "flows", "received", "integrated", "rejected")
SELECT CASE WHEN "qualification" = 1 THEN 'trial' ELSE 'state' END, substr("receivedAt", 1, 13), "state", count(*),
  sum(CASE WHEN coalesce("interfaceCode", '') IN ('FSO1201A', 'CEN0036A') THEN 0 ELSE "invoicesReceived" END),
  sum(CASE WHEN coalesce("interfaceCode", '') IN ('FSO1201A', 'CEN0036A') THEN 0 ELSE "invoicesIntegrated" END),
  sum(CASE WHEN coalesce("interfaceCode", '') IN ('FSO1201A', 'CEN0036A') THEN 0 ELSE "invoicesRejected" END)
FROM flows WHERE "finalAt" IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO "hourlyCounts" ("kind", "hour", "name", "flows", "received", "integrated", "rejected")
SELECT CASE WHEN f."qualification" = 1 THEN 'trial-rule' ELSE 'rule' END, substr(f."receivedAt", 1, 13), n."rule",
  count(DISTINCT f."id"), 0, 0,
  count(DISTINCT CASE WHEN n."invoiceIndex" IS NULL THEN NULL
    ELSE f."id" || ' ' || coalesce(n."entry", '') || ' ' || cast(n."invoiceIndex" AS TEXT) END)
FROM flows f JOIN findings n ON n."flow" = f."id" AND n."attempt" = f."attempt"
WHERE n."severity" = 'fatal' AND f."finalAt" IS NOT NULL GROUP BY 1, 2, 3;

CREATE INDEX "flowsStateReceived" ON flows ("state", "receivedAt", "id");
CREATE INDEX "flowsEnded" ON flows ("finalAt", "id") WHERE "finalAt" IS NOT NULL;
CREATE INDEX "flowsSize" ON flows ("sizeBytes", "id");
CREATE INDEX "flowsInvoices" ON flows ("invoicesReceived", "id");
CREATE INDEX "invoicesSupplierFlow" ON invoices ("supplierId", "flow");
CREATE INDEX "invoicesRecipientFlow" ON invoices ("recipientSiret", "flow");
CREATE INDEX "findingsRule" ON findings ("rule", "flow", "attempt");
`;
