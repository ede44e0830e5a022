/** What was delivered since an instant is counted at the end of each run: without an index, by a look at every delivery. */
export const delivered = `
CREATE INDEX "deliveriesDelivered" ON deliveries ("deliveredAt") WHERE "deliveredAt" IS NOT NULL;
`;
