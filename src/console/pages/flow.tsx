import { z } from 'zod';
import { duplicateLabels, duplicatesIn } from '../../domain/duplicates.js';
import type { Severity } from '../../domain/finding.js';
import { type AuditEvent, type Flow, statusInterfaces } from '../../domain/flow.js';
import type { Replay } from '../../domain/replay.js';
import { retentionWords } from '../../domain/retention.js';
import type { AttemptRow, InvoiceRow } from '../../ports/store.js';
import type { AttemptSizes, PlacedFinding } from '../../ports/store-console-reads.js';
import type { ToldFlowStatus } from '../../ports/store-life.js';
import type { DeliveryFacts } from '../../ports/store-questions.js';
import type { LegalHold, PurgeMark } from '../../ports/store-retention.js';
import { type FlowFile, filesOf, flowOf } from '../flow-file.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { FlowActionsSlot } from '../slots.js';
import { FlowBadge } from '../ui/badge.js';
import { count, Empty, Facts, Moment, Notice, size } from '../ui/show.js';
import { Attempts } from './flow-attempts.js';
import { Findings } from './flow-findings.js';
import { Events, FlowDeliveries, FlowFiles, FlowInvoices, PivotStatuses } from './flow-lists.js';

export const findingsShown = 20;
const invoicesShown = 50;
const whole = z.coerce.number().int().min(0).max(1_000_000).optional().catch(undefined);
const query = z.object({
  tentative: whole,
  anomalies: whole,
  avertissements: whole,
  factures: z.string().max(60).optional().catch(undefined),
  journal: z.enum(['tout']).optional().catch(undefined),
});
export type FlowPageQuery = z.output<typeof query>;

/** A part of the findings of one severity, and one more when others follow. */
export interface FindingsPart {
  /** Position from which it begins. */
  readonly from: number;
  readonly findings: readonly PlacedFinding[];
}

/** Everything of one flow, by one of its attempts. */
export interface FlowStory {
  readonly flow: Flow;
  readonly attempts: readonly AttemptRow[];
  readonly replays: readonly Replay[];
  /** The attempt that is shown; null before the first. */
  readonly attempt: number | null;
  readonly sizes: AttemptSizes;
  readonly invoices: readonly InvoiceRow[];
  readonly fatal: FindingsPart;
  readonly warnings: FindingsPart;
  readonly deliveries: readonly DeliveryFacts[];
  readonly files: readonly FlowFile[];
  readonly pivots: readonly ToldFlowStatus[];
  readonly told: readonly ToldFlowStatus[];
  readonly events: readonly AuditEvent[];
  readonly purges: readonly PurgeMark[];
  readonly hold: LegalHold | null;
}

/** Reads a flow for its page: lists in parts, the rest whole. */
export async function flowStory(
  { store }: Pick<ConsoleParts, 'store'>,
  flow: Flow,
  asked: FlowPageQuery,
): Promise<FlowStory> {
  const { id } = flow;
  const attempts = await store.attempts(id);
  const newest = attempts.filter(({ endedAt }) => endedAt !== null).at(-1) ?? attempts.at(-1);
  const attempt = attempts.find((one) => one.attempt === asked.tentative)?.attempt ?? newest?.attempt ?? null;
  const part = async (severity: Severity, from: number): Promise<FindingsPart> => ({
    from,
    findings:
      attempt === null ? [] : await store.findingsFrom(id, attempt, from, findingsShown + 1, severity),
  });
  return {
    flow,
    attempts,
    attempt,
    replays: await store.replays({ flow: id, limit: 100 }),
    sizes: attempt === null ? { invoices: 0, fatal: 0, warnings: 0 } : await store.attemptSizes(id, attempt),
    invoices:
      attempt === null ? [] : await store.invoicesFrom(id, attempt, asked.factures ?? null, invoicesShown),
    fatal: await part('fatal', asked.anomalies ?? 0),
    warnings: await part('warning', asked.avertissements ?? 0),
    deliveries: await store.deliveriesOfFlow(id),
    files: await filesOf(store, flow),
    pivots: await store.flowStatuses({ flow: id }),
    told: await store.flowStatuses({ sourceFlow: id }),
    events: await store.events(id),
    purges: await store.purges(id),
    hold: await store.legalHold(id),
  };
}

export const flowPage = page({
  path: '/flux/:id',
  role: 'reader',
  schema: { params: z.object({ id: z.string().max(60) }), query },
  async handler(call) {
    const flow = await flowOf(call, call.params.id, 'console, flux');
    const story = await flowStory(call.parts, flow, call.query);
    const { role } = call.visitor.user;
    const { settings } = call.parts.loaded;
    const at = call.parts.clock.now();
    return {
      kind: 'page',
      title: flow.depositedName,
      crumbs: [{ label: 'Flux', path: '/flux' }],
      body: (
        <>
          <Head story={story} partners={new Map(settings.partners.map(({ code, name }) => [code, name]))} />
          <FlowActionsSlot flow={flow} role={role} />
          <Contents story={story} />
          <Attempts story={story} />
          <Findings story={story} />
          <FlowInvoices story={story} more={invoicesShown} />
          <FlowDeliveries story={story} now={at} fetchAlertMs={settings.delivery.fetchAlertMs} role={role} />
          <FlowFiles story={story} role={role} />
          <PivotStatuses title="Devenir des envois chez les destinataires" statuses={story.pivots} />
          <PivotStatuses title="Ce que ce flux dit des envois reçus" statuses={story.told} />
          <Events story={story} all={call.query.journal === 'tout'} />
        </>
      ),
    };
  },
});

function Head({
  story,
  partners,
}: {
  readonly story: FlowStory;
  readonly partners: ReadonlyMap<string, string>;
}) {
  const { flow, purges, hold, fatal } = story;
  const [what, e] = statusInterfaces.has(flow.interfaceCode ?? '') ? ['statuts', ''] : ['factures', 'e'];
  return (
    <>
      {hold === null ? null : (
        <Notice tone="info">
          flux gelé par {hold.by}, le <Moment at={hold.at} /> : {hold.reason}. Rien n’en est purgé.
        </Notice>
      )}
      {purges.map(({ kind, cause, by, at, reason }) => (
        <Notice tone="warning" key={kind}>
          {retentionWords[kind]} {cause === 'erasure' ? 'effacés' : 'purgés'} le <Moment at={at} /> par {by} (
          {reason}).
        </Notice>
      ))}
      {duplicatesIn(fatal.findings).map(({ kind, invoice, message }) => (
        <Notice tone="warning" key={`${kind}${invoice}`}>
          doublon, {duplicateLabels[kind]}
          {invoice === null ? '' : ` ${invoice}`} : {message}
        </Notice>
      ))}
      <section class="sheet" aria-label="Le flux">
        <Facts
          rows={[
            ['État', <FlowBadge key="état" state={flow.state} />],
            ['Déposé par', `${flow.partner} ${partners.get(flow.partner) ?? ''}`.trim()],
            ['Reçu', <Moment key="reçu" at={flow.receivedAt} />],
            ['Traité', <Moment key="fin" at={flow.finalAt} absent="pas encore" />],
            ['Interface', flow.interfaceCode ?? 'nom non reconnu'],
            [
              what === 'statuts' ? 'Statuts' : 'Factures',
              `${count(flow.invoicesReceived)} reçu${e}s = ${count(flow.invoicesIntegrated)} intégré${e}s + ${count(flow.invoicesRejected)} rejeté${e}s`,
            ],
            ['Taille', size(flow.sizeBytes)],
            ['Identifiant de flux', flow.flowId ?? 'illisible dans le nom'],
            ['Identifiant', <code key="id">{flow.id}</code>],
            ['Empreinte SHA-256', <code key="sha">{flow.sha256}</code>],
            ...(flow.qualification
              ? ([['Essai', 'ce flux est répondu, mais rien n’en est transmis']] as const)
              : []),
            ...(flow.demo
              ? ([['Démonstration', 'ce flux fait partie du jeu de démonstration']] as const)
              : []),
          ]}
        />
      </section>
    </>
  );
}

/** Links to the parts of a long page. */
function Contents({ story: { attempt, sizes, deliveries } }: { readonly story: FlowStory }) {
  if (attempt === null)
    return (
      <Empty title="Ce flux attend son tour.">
        <p>Il a été reçu et enregistré : rechargez la page dans un instant pour voir son verdict.</p>
      </Empty>
    );
  return (
    <nav aria-label="Dans cette page" class="buttons">
      <a href="#tentatives">Tentatives</a>
      <a href="#anomalies">Anomalies ({count(sizes.fatal + sizes.warnings)})</a>
      <a href="#factures">Factures ({count(sizes.invoices)})</a>
      <a href="#envois">Envois ({count(deliveries.length)})</a>
      <a href="#fichiers">Fichiers</a>
      <a href="#journal">Journal</a>
    </nav>
  );
}
