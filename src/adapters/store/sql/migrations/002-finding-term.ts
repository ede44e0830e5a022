/** Findings say which business term they are about. Those kept before say none. */
export const findingTerm = 'ALTER TABLE findings ADD COLUMN "term" TEXT;';
