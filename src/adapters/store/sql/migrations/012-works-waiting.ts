/** Works invoices that wait for a validator, whose time may run out. */
export const worksWaiting = `
CREATE INDEX "invoicesValidating" ON invoices ("id") WHERE "status" IN ('23', '25');
`;
