/** What became of a file after it was delivered. The index holds those that still stand in `out`. */
export const stays = `
ALTER TABLE deliveries ADD COLUMN "fetchedAt" TEXT;
ALTER TABLE deliveries ADD COLUMN "alertedAt" TEXT;
ALTER TABLE deliveries ADD COLUMN "removingAt" TEXT;
ALTER TABLE deliveries ADD COLUMN "removedAt" TEXT;
CREATE INDEX "deliveriesLying" ON deliveries ("partner", "id")
  WHERE "state" = 'delivered' AND "fetchedAt" IS NULL AND "removedAt" IS NULL;
`;
