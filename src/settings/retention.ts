import { z } from 'zod';

const kept = z
  .string()
  .regex(/^(forever|\d{1,5}[dwy])$/, 'a length of time such as 90d, 52w or 10y, or forever')
  .default('forever');

/** How long content is kept, by kind, and when the engine looks. Documented in docs/settings.md and docs/retention.md. */
export const retentionSettings = z.strictObject({
  originals: kept,
  pieces: kept,
  reports: kept,
  bodies: kept,
  findings: kept,
  quarantine: kept,
  audit: z.literal('forever').default('forever'),
  everyMs: z.int().min(0).max(31_536_000_000).default(0),
  fromHour: z.int().min(0).max(23).default(1),
  toHour: z.int().min(1).max(24).default(5),
  batchMax: z.int().min(1).max(10_000).default(50),
  pauseMs: z.int().min(0).max(60_000).default(50),
});
