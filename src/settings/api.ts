import { z } from 'zod';
import { secretReference } from './secret.js';

const ms = (fallback: number, min: number, max: number) => z.int().min(min).max(max).default(fallback);
const count = (fallback: number, max = 1_000_000) => z.int().min(1).max(max).default(fallback);

/** The API: limits of what programs may ask. Documented in docs/settings.md and docs/api.md. */
export const apiSettings = z.strictObject({
  enabled: z.boolean().default(true),
  docs: z.boolean().default(true),
  tokenMs: ms(3_600_000, 60_000, 86_400_000),
  requestsPerMinuteMax: count(20_000),
  failuresPerMinuteMax: count(60, 100_000),
  chorusBytesMax: z
    .int()
    .min(1_024)
    .max(200 * 1024 * 1024)
    .default(32 * 1024 * 1024),
  uploadMsMax: ms(3_600_000, 1_000, 86_400_000),
  uploadsMax: count(64, 10_000),
  idempotencyMs: ms(86_400_000, 60_000, 30 * 86_400_000),
  pageMax: count(200, 1_000),
});

/** Figures for Prometheus. Documented in docs/settings.md and docs/metrics.md. */
export const metricsSettings = z.strictObject({
  enabled: z.boolean().default(true),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).optional(),
  token: secretReference.optional(),
  freshMs: ms(5_000, 0, 600_000),
});
