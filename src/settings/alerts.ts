import { z } from 'zod';
import { secretReference } from './secret.js';

const ms = (fallback: number, max: number) => z.int().min(0).max(max).default(fallback);
const dayMs = 86_400_000;
const deadlineMs = z.int().min(100).max(600_000).default(15_000);

/** What people are told of, and how. Documented in docs/settings.md and docs/alerts.md. */
export const alertSettings = z.strictObject({
  lookMs: z.int().min(100).max(dayMs).default(15_000),
  flowMs: ms(600_000, 31_536_000_000),
  refusedMs: ms(604_800_000, 31_536_000_000),
  openMax: z.int().min(1).max(100_000).default(200),
  groupMax: z.int().min(1).max(1_000).default(100),
  retryMs: ms(5_000, dayMs),
  retryMsMax: ms(600_000, dayMs),
  giveUpMs: ms(259_200_000, 31_536_000_000),
  log: z.boolean().default(true),
  hook: z
    .strictObject({
      command: z.array(z.string().min(1)).min(1),
      deadlineMs,
    })
    .optional(),
  webhook: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^(https:\/\/.+|http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])([:/].*)?)$/,
          'an address that begins with https://; http:// only for this machine',
        ),
      secret: secretReference.optional(),
      deadlineMs,
    })
    .optional(),
  mail: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535).default(587),
      tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
      user: z.string().min(1).optional(),
      password: secretReference.optional(),
      from: z.string().min(3),
      to: z.array(z.string().min(3)).min(1),
      deadlineMs,
    })
    .refine((mail) => (mail.user === undefined) === (mail.password === undefined), {
      message: 'user and password go together',
    })
    .optional(),
});

export type AlertSettings = z.output<typeof alertSettings>;
