/**
 * What the questions of support staff are answered from: the files that carried an invoice, the flows of a partner by
 * time, attempts that ended with something refused, files that nobody fetched; and the days whose rejects were written.
 */
export const questions = `
CREATE INDEX "deliveryInvoicesInvoice" ON "deliveryInvoices" ("invoice");
CREATE INDEX "flowsPartner" ON flows ("partner", "receivedAt", "id");
CREATE INDEX "flowsNumbers" ON flows ("partner", "flowId") WHERE "flowId" IS NOT NULL;
CREATE INDEX "attemptsRefused" ON attempts ("endedAt", "flow", "attempt")
  WHERE "state" IN ('IN_REJETE', 'IN_INTEGRE_PARTIEL', 'IN_INCIDENTE', 'QP_IRRECEVABLE', 'QP_RECEVABLE_AVEC_ERREUR');
CREATE INDEX "deliveriesNotFetched" ON deliveries ("seq") WHERE "state" = 'delivered' AND "fetchedAt" IS NULL;

CREATE TABLE "dailyFiles" (
  "partner" TEXT NOT NULL,
  "day" TEXT NOT NULL,
  "rejects" INTEGER NOT NULL,
  "at" TEXT NOT NULL,
  PRIMARY KEY ("partner", "day")
) STRICT, WITHOUT ROWID;
`;
