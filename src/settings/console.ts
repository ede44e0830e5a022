import { z } from 'zod';
import { secretReference } from './secret.js';

const dayMs = 86_400_000;
const ms = (fallback: number, min = 1_000, max = 366 * dayMs) => z.int().min(min).max(max).default(fallback);
const count = (fallback: number, max = 1_000_000) => z.int().min(1).max(max).default(fallback);

/** Sign-in by an identity provider. Documented in docs/console.md. */
const oidc = z.strictObject({
  issuer: z
    .string()
    .regex(
      /^(https:\/\/.+|http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])([:/].*)?)$/,
      'an address that begins with https://; http:// only for this machine',
    ),
  clientId: z.string().min(1),
  clientSecret: secretReference,
  label: z.string().min(1).default('Se connecter avec le compte de l’organisation'),
  scopes: z.string().min(1).default('openid profile'),
  loginClaim: z.string().min(1).default('preferred_username'),
  nameClaim: z.string().min(1).default('name'),
  roleClaim: z.string().min(1).default('groups'),
  roles: z.strictObject({
    reader: z.array(z.string().min(1)).default([]),
    support: z.array(z.string().min(1)).default([]),
    administrator: z.array(z.string().min(1)).default([]),
  }),
  deadlineMs: z.int().min(100).max(120_000).default(10_000),
});

/** The console: where it listens, whom it lets in and for how long. Documented in docs/settings.md. */
export const consoleSettings = z.strictObject({
  enabled: z.boolean().default(false),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8480),
  publicUrl: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+$/, 'scheme and host only, such as https://ecluse.example.fr')
    .optional(),
  trustedProxies: z
    .array(z.string().regex(/^[0-9a-fA-F.:/]+$/, 'an address or a range, such as 10.0.0.0/8'))
    .default([]),
  sessionMs: ms(12 * 3_600_000),
  sessionIdleMs: ms(3_600_000),
  passwordLengthMin: z.int().min(8).max(128).default(12),
  loginTriesMax: count(5, 1_000),
  loginAddressTriesMax: count(50),
  loginWindowMs: ms(900_000),
  lockMs: ms(60_000),
  lockMsMax: ms(3_600_000),
  bodyBytesMax: z
    .int()
    .min(1_024)
    .max(1024 ** 3)
    .default(1024 * 1024),
  requestMsMax: ms(30_000, 100, 600_000),
  requestsPerMinuteMax: count(3_000),
  worksMax: count(2, 64),
  worksWaitingMax: count(20, 10_000),
  threadsIdleMs: ms(300_000),
  probeMsMax: ms(20_000, 100, 600_000),
  packBytesMax: z
    .int()
    .min(1_024)
    .max(1024 ** 3)
    .default(32 * 1024 * 1024),
  packMsMax: ms(60_000, 100, 600_000),
  simulatedFlowsMax: count(100, 10_000),
  simulationsMax: count(30, 1_000),
  replayedFlowsMax: count(5_000),
  trialKeptMs: ms(7 * dayMs),
  linkDaysMax: count(30, 366),
  oidc: oidc.optional(),
});

export type ConsoleSettings = z.output<typeof consoleSettings>;
