/** The first schema. A migration that has been released is never changed: the next change is a new file. */
export const first = `
CREATE TABLE flows (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "claimId" TEXT NOT NULL UNIQUE,
  "partner" TEXT NOT NULL,
  "depositedName" TEXT NOT NULL,
  "flowId" TEXT,
  "interfaceCode" TEXT,
  "sha256" TEXT NOT NULL,
  "sizeBytes" INTEGER NOT NULL,
  "archiveKey" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "attempt" INTEGER NOT NULL DEFAULT 0,
  "receivedAt" TEXT NOT NULL,
  "finalAt" TEXT,
  "invoicesReceived" INTEGER NOT NULL DEFAULT 0,
  "invoicesIntegrated" INTEGER NOT NULL DEFAULT 0,
  "invoicesRejected" INTEGER NOT NULL DEFAULT 0,
  "demo" INTEGER NOT NULL DEFAULT 0,
  CHECK ("invoicesReceived" = "invoicesIntegrated" + "invoicesRejected")
) STRICT;
CREATE INDEX "flowsOpen" ON flows ("seq") WHERE "finalAt" IS NULL;
CREATE INDEX "flowsBytes" ON flows ("partner", "sha256");
CREATE INDEX "flowsName" ON flows ("depositedName");
CREATE INDEX "flowsFlowId" ON flows ("flowId") WHERE "flowId" IS NOT NULL;
CREATE INDEX "flowsState" ON flows ("state", "seq");
CREATE INDEX "flowsReceived" ON flows ("receivedAt");

CREATE TABLE "flowIds" (
  "flowId" TEXT PRIMARY KEY,
  "flow" TEXT NOT NULL REFERENCES flows ("id")
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "attempt" INTEGER NOT NULL,
  "startedAt" TEXT NOT NULL,
  "endedAt" TEXT,
  "durationMs" REAL,
  "state" TEXT NOT NULL,
  "layers" TEXT NOT NULL,
  PRIMARY KEY ("flow", "attempt")
) STRICT, WITHOUT ROWID;

CREATE TABLE invoices (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "attempt" INTEGER NOT NULL,
  "entry" TEXT NOT NULL,
  "entryIndex" INTEGER NOT NULL,
  "number" TEXT,
  "typeCode" TEXT,
  "issueDate" TEXT,
  "currency" TEXT,
  "supplierType" TEXT,
  "supplierId" TEXT,
  "supplierName" TEXT,
  "supplierCountry" TEXT,
  "recipientSiret" TEXT,
  "recipientName" TEXT,
  "serviceCode" TEXT,
  "payable" TEXT,
  "fate" TEXT NOT NULL,
  "recipientPartner" TEXT,
  "status" TEXT
) STRICT;
CREATE INDEX "invoicesFlow" ON invoices ("flow", "seq");
CREATE INDEX "invoicesNumber" ON invoices ("number");
CREATE INDEX "invoicesSupplier" ON invoices ("supplierId", "seq");

CREATE TABLE "invoiceNumbers" (
  "supplierType" TEXT NOT NULL,
  "supplierId" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "year" TEXT NOT NULL,
  "invoice" TEXT NOT NULL,
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "at" TEXT NOT NULL,
  PRIMARY KEY ("supplierId", "number", "supplierType", "year")
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  "flow" TEXT NOT NULL REFERENCES flows ("id"),
  "attempt" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "rule" TEXT NOT NULL,
  "severity" TEXT NOT NULL,
  "layer" TEXT NOT NULL,
  "message" TEXT NOT NULL,
  "fix" TEXT NOT NULL,
  "path" TEXT,
  "line" INTEGER,
  "value" TEXT,
  "invoice" TEXT,
  "invoiceIndex" INTEGER,
  "entry" TEXT,
  PRIMARY KEY ("flow", "attempt", "position")
) STRICT, WITHOUT ROWID;

CREATE TABLE statuses (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "invoice" TEXT NOT NULL REFERENCES invoices ("id"),
  "partner" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "comment" TEXT,
  "delivery" TEXT
) STRICT;
CREATE INDEX "statusesInvoice" ON statuses ("invoice", "seq");
CREATE INDEX "statusesPending" ON statuses ("partner", "seq", "at") WHERE "delivery" IS NULL;

CREATE TABLE deliveries (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "partner" TEXT NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "kind" TEXT NOT NULL,
  "flow" TEXT REFERENCES flows ("id"),
  "state" TEXT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "createdAt" TEXT NOT NULL,
  "deliveredAt" TEXT,
  "sha256" TEXT,
  "sizeBytes" INTEGER,
  "lastError" TEXT
) STRICT;
CREATE INDEX "deliveriesFlow" ON deliveries ("flow") WHERE "flow" IS NOT NULL;
CREATE INDEX "deliveriesPending" ON deliveries ("partner", "seq") WHERE "state" = 'pending';
CREATE INDEX "deliveriesFailed" ON deliveries ("seq") WHERE "state" = 'failed';

CREATE TABLE "deliveryBodies" (
  "delivery" TEXT PRIMARY KEY REFERENCES deliveries ("id"),
  "body" TEXT NOT NULL,
  "parts" TEXT NOT NULL
) STRICT;

CREATE TABLE "deliveryInvoices" (
  "delivery" TEXT NOT NULL REFERENCES deliveries ("id"),
  "invoice" TEXT NOT NULL REFERENCES invoices ("id"),
  PRIMARY KEY ("delivery", "invoice")
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  "seq" INTEGER PRIMARY KEY AUTOINCREMENT,
  "at" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "flow" TEXT,
  "invoice" TEXT,
  "text" TEXT NOT NULL
) STRICT;
CREATE INDEX "eventsFlow" ON events ("flow", "seq") WHERE "flow" IS NOT NULL;
CREATE TRIGGER "eventsNeverChange" BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the audit trail is appended to, never changed'); END;
CREATE TRIGGER "eventsNeverGo" BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the audit trail is appended to, never deleted'); END;

CREATE TABLE sequences (
  "interfaceCode" TEXT PRIMARY KEY,
  "last" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  "key" TEXT PRIMARY KEY,
  "value" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  "name" TEXT PRIMARY KEY,
  "holder" TEXT NOT NULL,
  "expiresAt" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE structures (
  "siret" TEXT NOT NULL,
  "validFrom" TEXT NOT NULL,
  "validTo" TEXT,
  "name" TEXT NOT NULL,
  "active" INTEGER NOT NULL,
  "serviceRequired" INTEGER NOT NULL,
  "engagementRequired" INTEGER NOT NULL,
  "serviceOrEngagementRequired" INTEGER NOT NULL,
  "routedByService" INTEGER NOT NULL,
  "partner" TEXT,
  PRIMARY KEY ("siret", "validFrom")
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
  "siret" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "validFrom" TEXT NOT NULL,
  "validTo" TEXT,
  "name" TEXT NOT NULL,
  "active" INTEGER NOT NULL,
  "engagementRequired" INTEGER NOT NULL,
  "partner" TEXT,
  PRIMARY KEY ("siret", "code", "validFrom")
) STRICT, WITHOUT ROWID;

CREATE TABLE suppliers (
  "idType" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "active" INTEGER NOT NULL,
  PRIMARY KEY ("idType", "id")
) STRICT, WITHOUT ROWID;
`;
