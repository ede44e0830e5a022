/** Who looks after an open alert. Programs before this one neither read nor write it. */
export const alertsSeen = {
  sql: `
ALTER TABLE alerts ADD COLUMN "seenAt" TEXT;
ALTER TABLE alerts ADD COLUMN "seenBy" TEXT;
ALTER TABLE alerts ADD COLUMN "seenNote" TEXT;
`,
  oldest: 17,
};
