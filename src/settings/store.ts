import { z } from 'zod';
import { secretReference } from './secret.js';

/** How PostgreSQL is reached, for `store: postgres`. Documented in docs/settings.md. */
export const postgresSettings = z.strictObject({
  /** `postgres://user:password@host:port/database`, by reference because of the password: wins over the keys below. */
  url: secretReference.optional(),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(1).max(65_535).default(5_432),
  database: z.string().min(1).default('ecluse'),
  user: z.string().min(1).default('ecluse'),
  password: secretReference.optional(),
  tls: z
    .strictObject({
      /** File of an own authority, PEM. */
      ca: z.string().min(1).optional(),
      serverName: z.string().min(1).optional(),
    })
    .optional(),
  poolMax: z.int().min(3).max(1_000).default(10),
  connectMsMax: z.int().min(100).max(600_000).default(10_000),
  statementMsMax: z.int().min(1_000).max(3_600_000).default(60_000),
  idleMsMax: z.int().min(1_000).max(600_000).default(10_000),
});

export type PostgresSettings = z.output<typeof postgresSettings>;
