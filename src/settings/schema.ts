import { z } from 'zod';
import { defaultLimits } from '../domain/limits.js';
import { defaultSignatures } from '../domain/signature-policy.js';
import { interfaceOf } from '../envelope/catalogue.js';
import { alertSettings } from './alerts.js';
import { apiSettings, metricsSettings } from './api.js';
import { consoleSettings } from './console.js';
import { jobSettings, redisSettings } from './queue.js';
import { retentionSettings } from './retention.js';
import { sftpSettings } from './sftp.js';
import { postgresSettings } from './store.js';

const ms = (fallback: number, max = 86_400_000) => z.int().min(0).max(max).default(fallback);
const bytes = (fallback: number) => z.int().min(1).max(Number.MAX_SAFE_INTEGER).default(fallback);
const count = (fallback: number, max = 1_000_000) => z.int().min(1).max(max).default(fallback);
const code = z.string().regex(/^[A-Z0-9]{6}$/, 'six capital letters or digits, such as FRN001');
const interfaceCode = z.string().regex(/^[A-Z]{3}\d{4}[A-Z]$/, 'an interface code, such as FSO1100A');
/** An interface of the operator's own, such as those of E4 and E5, whose codes are not public (DOMAIN 1.2). */
const interfaceRow = z.strictObject({
  code: z
    .string()
    .regex(/^F[A-Z]{2}\d{4}[A-Z]$/, 'an interface code for deposits: F, two letters, four digits, a letter')
    .refine((text) => interfaceOf(text) === undefined, 'a code that the catalogue does not have yet'),
  kind: z.enum(['E1', 'E2', 'E3', 'E4', 'E5']),
  label: z.string().trim().min(1),
  syntaxes: z
    .array(z.enum(['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx', 'cpp-mixte', 'pes-facture']))
    .min(1),
  cadres: z
    .array(z.string().regex(/^A([1-9]|1\d|2[0-5])$/, 'a cadre de facturation, A1 to A25'))
    .min(1)
    .optional(),
});

const siret = z.string().regex(/^\d{14}$/, 'a SIRET: 14 digits, written in quotes');
const doneFile = z
  .string()
  .regex(
    /^[^/]*\{(?:name|stem)\}[^/]*$/,
    'the name of a done file made of {name} or {stem} (the name without its last extension), such as "{name}.done"',
  )
  .refine((pattern) => pattern !== '{name}', 'a done file must have another name than the file');
const mode = (fallback: string) =>
  z
    .string()
    .regex(/^0?[0-7]{3,4}$/, 'file permissions in octal, in quotes, such as "0700"')
    .default(fallback);

/** Where a choice of rules applies: interface codes or kinds of flow, and partners; absent: everywhere. */
const scope = {
  interfaces: z
    .array(
      z
        .string()
        .regex(/^([A-Z]{3}\d{4}[A-Z]|E[1-5])$/, 'an interface code or a kind, such as FSO1100A or E1'),
    )
    .min(1)
    .optional(),
  partners: z.array(code).min(1).optional(),
};
const setName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'the name of a rule set, such as en16931 (see `ecluse rules packs`)');

/** Extensions that an attachment may have (DOMAIN 2.4). */
export const attachmentExtensions = (
  'bmp gif fax odt ppt tiff xls bz2 gz jpeg p7s rtf txt xml csv gzip jpg pdf svg xhtml xlsx doc htm odp png ' +
  'tgz xlc zip docx html ods pps tif xlm pptx'
).split(' ');

const partner = z.strictObject({
  code,
  name: z.string().min(1),
  interfaces: z.array(interfaceCode).default([]),
  receives: z.array(siret).default([]),
  lifecycle: z.boolean().default(true),
  active: z.boolean().default(true),
  qualification: z.boolean().default(false),
  reports: z
    .strictObject({
      warnings: z.boolean().default(false),
      pesAcquit: z.boolean().default(false),
      dailyRejects: z.boolean().default(false),
    })
    .prefault({}),
  signatures: z.strictObject({ verify: z.enum(['off', 'advisory', 'enforced']).optional() }).prefault({}),
  folders: z
    .strictObject({
      in: z.string().min(1).optional(),
      out: z.string().min(1).optional(),
      qualification: z.string().min(1).optional(),
    })
    .prefault({}),
  sftp: sftpSettings.optional(),
  intake: z
    .strictObject({
      settleMs: z.int().min(0).max(3_600_000).optional(),
      unfinishedMaxMs: z.int().min(0).max(86_400_000).optional(),
      temporaryNames: z.array(z.string().min(1)).optional(),
      ageMsMin: z.int().min(0).max(86_400_000).optional(),
      emptyMaxMs: z.int().min(0).max(86_400_000).optional(),
      doneFile: doneFile.optional(),
    })
    .prefault({}),
});

const limits = z.strictObject({
  flowBytesMax: bytes(defaultLimits.flowBytesMax),
  entryBytesMax: bytes(defaultLimits.entryBytesMax),
  structureBytesMax: bytes(defaultLimits.structureBytesMax),
  tagBytesMax: bytes(defaultLimits.tagBytesMax),
  entriesMax: count(defaultLimits.entriesMax),
  invoicesMax: count(defaultLimits.invoicesMax),
  linesMax: count(defaultLimits.linesMax),
  statusesMax: count(defaultLimits.statusesMax),
  attachmentBytesMax: bytes(defaultLimits.attachmentBytesMax),
  attachmentsMax: count(defaultLimits.attachmentsMax),
  unpackedBytesMax: bytes(defaultLimits.unpackedBytesMax),
  unpackRatioMax: count(defaultLimits.unpackRatioMax),
  unpackMsMax: ms(defaultLimits.unpackMsMax),
  pdfParsedBytesMax: bytes(defaultLimits.pdfParsedBytesMax),
  pdfObjectsMax: count(defaultLimits.pdfObjectsMax),
  pdfSectionsMax: count(defaultLimits.pdfSectionsMax),
  entryMsMax: ms(defaultLimits.entryMsMax),
});

/** The whole configuration: every key with its default and what is allowed. Documented in docs/settings.md. */
export const settingsSchema = z.strictObject({
  engine: z
    .strictObject({
      code: code.default('CPP001'),
      name: z.string().min(1).default('ECLUSE'),
      home: z.string().min(1).default('var'),
      workers: z.int().min(1).max(64).default(1),
      inFlight: z.int().min(1).max(1_000).default(32),
      largeBytes: bytes(8 * 1024 * 1024),
      irrecevable: z.enum(['flow', 'entry']).default('flow'),
      attemptsMax: z.int().min(1).max(100).default(5),
      retryMs: ms(1_000),
      sweepMs: ms(5_000),
      stopMsMax: ms(30_000),
    })
    .prefault({}),
  partners: z.array(partner).default([]),
  interfaces: z
    .array(interfaceRow)
    .refine((rows) => new Set(rows.map(({ code: own }) => own)).size === rows.length, 'each code once')
    .default([]),
  names: z
    .strictObject({
      extensions: z
        .array(z.string().regex(/^\.[a-z0-9.]+$/, 'an extension with its point, such as .xml'))
        .default(['.xml', '.tar.gz', '.pdf']),
    })
    .prefault({}),
  intake: z
    .strictObject({
      pollMs: ms(500, 3_600_000),
      settleMs: ms(1_000, 3_600_000),
      unfinishedMaxMs: ms(60_000),
      ageMsMin: ms(0),
      emptyMaxMs: z.int().min(0).max(86_400_000).optional(),
      doneFile: doneFile.optional(),
      probeMsMax: ms(60_000),
      probeBytesMax: bytes(4 * 1024 ** 3),
      batchMax: count(1_000),
      concurrency: z.int().min(1).max(64).default(16),
      foldersMax: count(1_000, 10_000),
      temporaryNames: z.array(z.string().min(1)).default(['*.part', '*.tmp', '*.filepart', '.*']),
      queueDepthMax: count(2_000),
      freeBytesMin: z
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .default(512 * 1024 * 1024),
      faultsMax: count(3, 1_000),
      retryMs: ms(1_000),
      retryMsMax: ms(300_000),
    })
    .prefault({}),
  limits: limits.prefault({}),
  rules: z
    .strictObject({
      siretKey: z.boolean().default(false),
      paymentMeansDefault: z.boolean().default(false),
      attachmentExtensions: z.array(z.string().regex(/^[a-z0-9]+$/)).default(attachmentExtensions),
      findingsPerRuleMax: count(20, 10_000),
      numberPerYear: z.boolean().default(false),
      sets: z
        .array(
          z.strictObject({
            set: setName.refine(
              (name) => name !== 'pes',
              'another set than pes, whose rules apply with the set chorus: re-grade them in rules.regrade with set: pes',
            ),
            mode: z.enum(['off', 'advisory', 'enforced']),
            version: z.string().min(1).optional(),
            ...scope,
          }),
        )
        .default([]),
      regrade: z
        .array(
          z.strictObject({
            rule: z.string().min(1),
            severity: z.enum(['fatal', 'warning', 'off']),
            reason: z.string().trim().min(3),
            set: setName.optional(),
            ...scope,
          }),
        )
        .default([]),
    })
    .prefault({}),
  directory: z
    .strictObject({
      supplier: z.enum(['known', 'well-formed']).default('known'),
      file: z.string().min(1).optional(),
    })
    .prefault({}),
  signatures: z
    .strictObject({
      verify: z.enum(['off', 'advisory', 'enforced']).default(defaultSignatures.verify),
      sizeBytesMax: bytes(defaultSignatures.sizeBytesMax),
      msMax: ms(defaultSignatures.msMax),
    })
    .prefault({}),
  schemas: z.strictObject({ dir: z.string().min(1).optional() }).prefault({}),
  pivot: z.strictObject({ invoicesMax: count(100, 10_000), bytesMax: bytes(50 * 1024 * 1024) }).prefault({}),
  lifecycle: z
    .strictObject({
      groupCountMax: count(500, 100_000),
      groupMsMax: ms(2_000),
      rejectedStatus: z.boolean().default(false),
      roles: z
        .array(
          z.strictObject({
            partner: code,
            role: z.enum(['recipient', 'accountant', 'validator1', 'validator2', 'moe', 'moa']),
            structures: z.array(siret).min(1).optional(),
          }),
        )
        .default([]),
      turnMsMax: ms(10_000),
      availableWhen: z.enum(['written', 'fetched']).default('written'),
      fetchMsMax: z.int().min(0).max(31_536_000_000).optional(),
      flowReports: z.array(z.enum(['91', '92', '94', '95', '96'])).default(['94', '95']),
    })
    .prefault({}),
  works: z
    .strictObject({
      validation: z.enum(['connected', 'before-delivery', 'none']).default('connected'),
      validationMsMax: z.int().min(0).max(31_536_000_000).default(0),
      circuits: z
        .array(
          z.strictObject({
            recipient: siret,
            market: z.string().trim().min(1).optional(),
            validator1: siret.optional(),
            validator2: siret.optional(),
            moe: siret.optional(),
            moa: siret.optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
  reports: z
    .strictObject({
      dailyAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day in quotes, such as "06:00"')
        .default('06:00'),
      dailyEmpty: z.boolean().default(false),
      dailyLinesMax: count(100_000, 1_000_000),
    })
    .prefault({}),
  replay: z.strictObject({ queueDepthMax: count(64), inFlight: count(16, 1_000) }).prefault({}),
  delivery: z
    .strictObject({
      concurrency: z.int().min(1).max(64).default(8),
      partnersMax: count(1_000, 10_000),
      idleMsMax: z.int().min(25).max(60_000).default(500),
      retryMs: ms(1_000),
      retryMsMax: ms(300_000),
      lookMs: z.int().min(10).max(86_400_000).default(60_000),
      fetchAlertMs: ms(86_400_000, 31_536_000_000),
      retentionMs: ms(604_800_000, 31_536_000_000),
    })
    .prefault({}),
  antivirus: z
    .strictObject({
      enabled: z.boolean().default(false),
      address: z
        .string()
        .regex(
          /^(unix:\/.+|tcp:(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5})$/,
          'unix:/path/of/clamd.sock, or tcp:127.0.0.1:3310: contents go there in clear, so it must be this machine',
        )
        .default('unix:/run/clamav/clamd.ctl'),
      deadlineMs: ms(120_000),
      onUnreachable: z.enum(['wait']).default('wait'),
    })
    .prefault({}),
  alerts: alertSettings.prefault({}),
  console: consoleSettings.prefault({}),
  api: apiSettings.prefault({}),
  metrics: metricsSettings.prefault({}),
  retention: retentionSettings.prefault({}),
  store: z.enum(['sqlite', 'postgres']).default('sqlite'),
  postgres: postgresSettings.prefault({}),
  queue: z.enum(['embedded', 'bullmq']).default('embedded'),
  redis: redisSettings.prefault({}),
  jobs: jobSettings.prefault({}),
  leases: z
    .strictObject({
      ttlMs: z.int().min(300).max(600_000).default(15_000),
      lookMs: z.int().min(10).max(60_000).default(1_000),
    })
    .prefault({}),
  folders: z.strictObject({ mode: mode('0700'), fileMode: mode('0600') }).prefault({}),
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug']).default('warn'),
      format: z.enum(['auto', 'json', 'text']).default('auto'),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;
export type PartnerSettings = Settings['partners'][number];
