import { z } from 'zod';
import { secretReference } from './secret.js';

const ms = (fallback: number, min: number, max: number) => z.int().min(min).max(max).default(fallback);
const hourMs = 3_600_000;
const folder = z.string().min(1).max(1_000);

/** A partner's server, for partners that are not reached over local folders. Documented in docs/settings.md. */
export const sftpSettings = z
  .strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    key: z.strictObject({ file: z.string().min(1), passphrase: secretReference.optional() }).optional(),
    password: secretReference.optional(),
    hostKeys: z
      .array(
        z
          .string()
          .regex(
            /^SHA256:[A-Za-z0-9+/]{43}$/,
            'a fingerprint as `ssh-keygen -l` prints it, such as SHA256:...',
          ),
      )
      .default([]),
    in: folder.default('in'),
    out: folder.default('out'),
    qualification: folder.optional(),
    claims: z.union([folder, z.literal(false)]).optional(),
    pollMs: ms(5_000, 0, hourMs),
    settleMs: ms(3_000, 0, hourMs),
    afterPickup: z.union([z.literal('delete'), z.strictObject({ move: folder })]).default('delete'),
    concurrency: z.int().min(1).max(64).default(8),
    deadlines: z
      .strictObject({
        connectMs: ms(20_000, 100, hourMs),
        operationMs: ms(30_000, 100, hourMs),
      })
      .prefault({}),
    keepaliveMs: ms(10_000, 0, hourMs),
  })
  .refine((sftp) => sftp.key !== undefined || sftp.password !== undefined, {
    message: 'a login: key (file, passphrase), password (by reference), or both',
  });

export type SftpSettings = z.output<typeof sftpSettings>;
