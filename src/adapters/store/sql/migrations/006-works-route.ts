/** The way of works invoices through those who validate them, and what their pivots are made of. */
export const worksRoutes = `
CREATE TABLE "worksRoutes" (
  "invoice" TEXT NOT NULL PRIMARY KEY,
  "route" TEXT NOT NULL,
  "kept" TEXT NOT NULL
) WITHOUT ROWID;
`;
