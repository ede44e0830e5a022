import { z } from 'zod';
import { secretReference } from './secret.js';

/** How Redis is reached, for `queue: bullmq`. Documented in docs/settings.md. */
export const redisSettings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(1).max(65_535).default(6_379),
  db: z.int().min(0).max(65_535).default(0),
  username: z.string().min(1).optional(),
  password: secretReference.optional(),
  tls: z
    .strictObject({
      /** File of an own authority, PEM. */
      ca: z.string().min(1).optional(),
      serverName: z.string().min(1).optional(),
    })
    .optional(),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.{}-]{1,64}$/, 'letters, digits, and _ . - { }: the first part of every key')
    .default('ecluse'),
  connectMsMax: z.int().min(100).max(600_000).default(5_000),
  commandMsMax: z.int().min(50).max(600_000).default(2_000),
  lockMs: z.int().min(1_000).max(3_600_000).default(15_000),
  stalledMs: z.int().min(100).max(3_600_000).default(5_000),
  renewMs: z.int().min(1_000).max(3_600_000).default(30_000),
  lookMs: z.int().min(100).max(600_000).default(5_000),
});

/** What becomes of flows that meet faults, and who goes before whom. Documented in docs/jobs.md. */
export const jobSettings = z.strictObject({
  retryMsMax: z.int().min(0).max(86_400_000).default(60_000),
  jitterPercent: z.int().min(0).max(100).default(20),
  faultsMax: z.int().min(1).max(100_000).default(10),
  cutsTogetherMax: z.int().min(1).max(100_000).default(3),
  cutsMax: z.int().min(1).max(100_000).default(10),
  bulkBytes: z.int().min(1).max(Number.MAX_SAFE_INTEGER).default(262_144),
  bulkFiles: z.int().min(1).max(1_000_000).default(50),
});

export type RedisSettings = z.output<typeof redisSettings>;
