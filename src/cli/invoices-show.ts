import { timestampInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import { flowStates } from '../domain/flow.js';
import { replayWords } from '../domain/replay.js';
import type { WorksRoute } from '../domain/works.js';
import { Fault } from '../errors.js';
import { roleNames, roles } from '../lifecycle/roles.js';
import type { InvoiceRow, Store } from '../ports/store.js';
import type { DeliveryFacts } from '../ports/store-questions.js';
import { noteLook } from './access.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { flowStories, type InvoiceStory, invoiceStory } from './invoice-story.js';
import { fateNames } from './invoices.js';
import { type Output, table } from './output.js';
import type { Action } from './wire.js';

interface ShowOptions {
  readonly supplier?: string;
  readonly limit: number;
}

const moment = (iso: string): string => timestampInParis(new Date(iso));

/**
 * `invoices show`: what became of an invoice over all flows and attempts that held its number, newest first; by its id,
 * of that one alone.
 */
export const showInvoice: Action<ShowOptions> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { store, loaded } = context;
  const rows = await wanted(store, args[0] ?? '', options);
  const names = new Map(loaded.settings.partners.map(({ code, name }) => [code, name]));
  const storyOf = flowStories(store);
  for (const row of rows) {
    const flow = await store.flow(row.flow);
    if (flow !== null) await noteLook(context, flow, 'invoices show', row.id);
    const story = await invoiceStory(store, row, await storyOf(row.flow));
    output.json(story);
    if (output.format === 'text') show(story, names, output);
  }
  if (rows.length === options.limit)
    output.note(
      `seuls les ${options.limit} passages les plus récents sont montrés : --limit en montre davantage`,
    );
  return exitCodes.done;
};

async function wanted(
  store: Store,
  text: string,
  { supplier, limit }: ShowOptions,
): Promise<readonly InvoiceRow[]> {
  const byId = await store.invoice(text);
  if (byId !== null) return [byId];
  const rows = await store.listInvoices({
    number: text,
    limit,
    ...(supplier === undefined ? {} : { supplierId: supplier }),
  });
  if (rows.length > 0) return rows;
  throw new Fault(
    'NOT_FOUND',
    `no invoice has the number or id ${text}; a file that could not be read tells no numbers: see \`ecluse flows failed\``,
  );
}

function show(story: InvoiceStory, names: ReadonlyMap<string, string>, output: Output): void {
  const { number, fate, supplierId, supplierName, recipientSiret, recipientName, serviceCode } = story;
  output.line(
    output.paint(
      'bold',
      `${number ?? '(sans numéro)'}  ${fateNames[fate]}${story.qualification ? ", à l'essai" : ''}`,
    ),
  );
  const named = (code: string): string => `${code} ${names.get(code) ?? ''}`.trim();
  const lines: [string, string][] = [
    ['fournisseur', `${supplierId ?? ''} ${supplierName ?? ''}`],
    ['destinataire', `${recipientSiret ?? ''} ${recipientName ?? ''} ${serviceCode ?? ''}`],
    [
      'transmise à',
      story.recipientPartner === null ? 'aucun partenaire raccordé' : named(story.recipientPartner),
    ],
    ['montant', `${story.payable ?? ''} ${story.currency ?? ''}, du ${story.issueDate ?? '?'}`],
    ['statut', story.status === null ? 'aucun' : `${story.status} ${story.statusLabel ?? ''}`],
    ['fichier', story.entry],
    [
      'flux',
      `${story.depositedName ?? story.flow}, ${story.flowStateLabel ?? ''}, déposé par ${named(story.issuer ?? '')}${story.receivedAt === null ? '' : ` le ${moment(story.receivedAt)}`}`,
    ],
    ['identifiants', `facture ${story.id}, flux ${story.flow}, tentative ${story.attempt}`],
  ];
  if (story.numberHeldBy !== null)
    lines.push([
      'numéro pris',
      `par le flux ${story.numberHeldBy.depositedName} le ${moment(story.numberHeldBy.at)} (facture ${story.numberHeldBy.invoice})`,
    ]);
  for (const [title, text] of lines) output.line(`  ${title.padEnd(13)} ${text.trim()}`);
  section('Tentatives du flux', attemptLines(story), output);
  section('Anomalies de cette tentative', story.findings.flatMap(findingLines), output);
  section('Statuts', table(story.statuses.map(statusRow)), output);
  section('Interventions', story.moves.map(moveLine), output);
  section(
    'Circuit de validation des travaux',
    story.worksRoute === null ? [] : routeLines(story.worksRoute),
    output,
  );
  section('Flux pivot', table(story.deliveries.map(deliveryRow)), output);
  section(
    'Ce que le destinataire dit du flux pivot',
    table(
      story.pivotStatuses.map((one) => [
        moment(one.at),
        one.pivotName,
        `${one.code} ${one.codeLabel ?? ''}`,
        one.comment ?? '',
      ]),
    ),
    output,
  );
  section('Comptes rendus du flux', table(story.reports.map(deliveryRow)), output);
  output.line();
}

function section(title: string, lines: readonly string[], output: Output): void {
  if (lines.length === 0) return;
  output.line(`  ${title}`);
  for (const line of lines) output.line(`    ${line}`.trimEnd());
}

function attemptLines({ attempts, replays, attempt: own }: InvoiceStory): string[] {
  return attempts
    .map(({ attempt, state, endedAt, startedAt }) => {
      const replay = replays.find((one) => one.attempt === attempt);
      const at = moment(endedAt ?? startedAt);
      const order =
        replay === undefined
          ? ''
          : `, retraitement demandé par ${replay.by} : ${replay.reason}${replay.file === null ? '' : `, fichier corrigé ${replay.file.name}`}`;
      return `${attempt}. ${at}  ${flowStates[state].label}${order}${attempt === own ? '  (celle-ci)' : ''}`;
    })
    .concat(
      replays
        .filter(({ attempt }) => attempt === null)
        .map(({ state, by, reason }) => `retraitement ${replayWords[state]}, demandé par ${by} : ${reason}`),
    );
}

function findingLines(f: Finding): string[] {
  const where = [f.entry, f.line === null ? null : `ligne ${f.line}`, f.path].filter((part) => part !== null);
  return [
    `${f.rule}${f.severity === 'warning' ? ' (avertissement)' : ''}  ${f.message}`,
    ...(where.length === 0 ? [] : [`  ${where.join(', ')}`]),
    `  Remède : ${f.fix}`,
  ];
}

/** When it holds since, its label, who set it, why, and the file that told the issuer. */
function statusRow(status: InvoiceStory['statuses'][number]): string[] {
  const by = status.actor?.replace(/^partner:/, '') ?? 'moteur';
  const role = roles.find((one) => one === status.role);
  const why = [status.complement, status.comment, status.mandate && `mandat ${status.mandate}`];
  return [
    moment(status.at),
    `${status.code} ${status.label ?? ''}`,
    role === undefined ? by : `${by}, ${roleNames[role]}`,
    status.delivery === null ? 'pas encore transmis' : (status.sent ?? 'non transmis'),
    why.filter((text) => text).join(' ; '),
  ];
}

/** What became of an outbound file. */
export function fateOfFile({
  state,
  createdAt,
  deliveredAt,
  fetchedAt,
  removedAt,
  lastError,
}: DeliveryFacts): string {
  if (state === 'failed') return `abandonné : ${lastError ?? 'cause inconnue'}`;
  if (state === 'withdrawn') return 'rappelé, jamais remis';
  if (state === 'pending') return `attend d'être écrit depuis le ${moment(createdAt)}`;
  const written = `remis le ${moment(deliveredAt ?? createdAt)}`;
  if (fetchedAt !== null) return `${written}, relevé (vu le ${moment(fetchedAt)})`;
  return removedAt === null
    ? `${written}, non relevé`
    : `${written}, retiré sans avoir été relevé le ${moment(removedAt)}`;
}

const moveWords = { completed: 'complétée', readdressed: 'réadressée', recalled: 'rappelée' } as const;
const moveStates = { asked: 'demandé, pas encore fait', done: 'fait', refused: 'refusé' } as const;

function moveLine({ kind, state, by, at, reason, outcome }: InvoiceStory['moves'][number]): string {
  const why = [reason, outcome].filter((text) => text !== null).join(' ; ');
  return `${moment(at)}  ${moveWords[kind]} par ${by}, ${moveStates[state]}${why === '' ? '' : ` : ${why}`}`;
}

const deliveryRow = (delivery: DeliveryFacts): string[] => [
  delivery.partner,
  delivery.name,
  fateOfFile(delivery),
];

function routeLines({ steps, at, acts }: WorksRoute): string[] {
  return steps.map((step, i) => {
    const act = acts.find((one) => one.step.role === step.role);
    const where =
      act === undefined
        ? i === at
          ? 'en cours'
          : 'à venir'
        : `${act.code} le ${moment(act.at)} ${act.comment ?? act.reason ?? ''}`.trim();
    return `${roleNames[step.role]}, ${step.name ?? step.id}${step.partner === null ? ', non raccordé' : ` (${step.partner})`} : ${where}`;
  });
}
