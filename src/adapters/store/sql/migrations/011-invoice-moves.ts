/**
 * What people did with integrated invoices. A recall that waits is one of a kind for its invoice. A pivot that a later
 * one has replaced says nothing of the invoice any more.
 */
export const invoiceMoves = `
CREATE TABLE "invoiceMoves" (
  "seq" INTEGER PRIMARY KEY,
  "id" TEXT NOT NULL UNIQUE,
  "invoice" TEXT NOT NULL REFERENCES invoices ("id"),
  "kind" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" TEXT NOT NULL,
  "reason" TEXT,
  "endedAt" TEXT,
  "outcome" TEXT,
  "facts" TEXT NOT NULL
) STRICT;
CREATE INDEX "invoiceMovesInvoice" ON "invoiceMoves" ("invoice", "seq");
CREATE UNIQUE INDEX "invoiceMovesAsked" ON "invoiceMoves" ("invoice") WHERE "state" = 'asked';
ALTER TABLE "deliveryInvoices" ADD COLUMN "stale" INTEGER NOT NULL DEFAULT 0;
`;
