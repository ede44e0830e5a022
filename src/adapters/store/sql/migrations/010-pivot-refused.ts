/** Pivots that their recipients could not take over are looked for often, and are few. */
export const pivotRefused = `
CREATE INDEX "flowStatusesRefused" ON "flowStatuses" ("at") WHERE "code" IN ('93', '94', '96');
CREATE INDEX "flowStatusesPivot" ON "flowStatuses" ("pivot", "seq");
`;
