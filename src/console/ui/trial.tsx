import { flowStates } from '../../domain/flow.js';
import type { TrialReport } from '../../pipeline/trial.js';
import { frenchAmount } from '../../readable/format.js';
import { Badge, FateBadge, FlowBadge } from './badge.js';
import { FindingCard } from './finding.js';
import { count, counted, duration, Empty, Facts, Moment, Notice, size } from './show.js';
import { Table } from './table.js';

export const layerNames = {
  envelope: 'Enveloppe',
  schema: 'Schéma',
  signature: 'Signature',
  en16931: 'Norme EN 16931',
  chorus: 'Règles Chorus Pro',
  directory: 'Annuaire',
} as const;

/** The verdict in one sentence, for people who have never seen a report. */
export function verdictOf({ state, integrated, received }: TrialReport): string {
  if (state === 'IN_INTEGRE') return 'Ce fichier serait intégré en entier.';
  if (state === 'IN_INTEGRE_PARTIEL')
    return `Ce fichier serait intégré en partie : ${counted(integrated, 'facture')} sur ${count(received)}.`;
  return 'Ce fichier serait rejeté : aucune facture ne serait transmise.';
}

/** The report of a file that was only tried. */
export function TrialView({ report, open }: { readonly report: TrialReport; readonly open: boolean }) {
  const fatal = report.findings.filter(({ severity }) => severity === 'fatal').length;
  const tone = report.state === 'IN_INTEGRE' ? 'success' : 'warning';
  return (
    <>
      <Notice tone={tone}>
        {verdictOf(report)}{' '}
        {fatal === 0
          ? null
          : fatal === 1
            ? 'Un point est à corriger ci-dessous, avec son remède.'
            : `${count(fatal)} points sont à corriger ci-dessous, chacun avec son remède.`}
      </Notice>
      <section class="sheet">
        <h2>Le fichier</h2>
        <Facts
          rows={[
            ['Verdict', <FlowBadge key="v" state={report.state} />],
            ['Fichier', report.givenName],
            ['Taille', size(report.sizeBytes)],
            ['Essayé le', <Moment key="m" at={report.at} />],
            [
              'Interface',
              report.interface === null ? '—' : `${report.interface.code}, ${report.interface.label}`,
            ],
            ...(open && report.partner !== null ? [['Au nom de', report.partner] as const] : []),
            ['Factures', `${counted(report.integrated, 'bonne')} sur ${count(report.received)}`],
            ['Empreinte SHA-256', <code key="h">{report.sha256}</code>],
          ]}
        />
      </section>
      <Layers report={report} />
      <Invoices report={report} />
      <section>
        <h2>Ce qui a été trouvé</h2>
        {report.findings.length === 0 ? (
          <Empty title="Rien à signaler.">
            <p>Toutes les vérifications faites sur ce fichier sont bonnes.</p>
          </Empty>
        ) : (
          report.findings.map(({ excerpt, ...finding }, i) => (
            <FindingCard key={i} finding={finding} excerpt={excerpt} />
          ))
        )}
        {report.findingsMore === 0 ? null : (
          <p>
            … et {counted(report.findingsMore, 'autre')} : corrigez d’abord ceux-ci, puis essayez de nouveau.
          </p>
        )}
      </section>
      {report.pivot === null ? null : (
        <details class="sheet">
          <summary>Ce que recevrait le destinataire (format pivot, pièces non reproduites)</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1) */}
          <section class="excerpt" tabIndex={0} aria-label="Aperçu du pivot">
            <pre>{report.pivot}</pre>
          </section>
        </details>
      )}
    </>
  );
}

function Layers({ report: { layers } }: { readonly report: TrialReport }) {
  if (layers.length === 0) return null;
  const words = {
    valid: ['good', 'valide'],
    invalid: ['bad', 'à corriger'],
    skipped: ['plain', 'non faite'],
  } as const;
  return (
    <section>
      <h2>Vérifications</h2>
      <Table
        caption="Vérifications faites"
        rows={layers}
        keyOf={({ layer }) => layer}
        columns={[
          { head: 'Vérification', cell: ({ layer }) => layerNames[layer] },
          {
            head: 'Résultat',
            cell: ({ verdict }) => <Badge tone={words[verdict][0]}>{words[verdict][1]}</Badge>,
          },
          { head: 'Version des règles', cell: ({ ruleSet }) => ruleSet ?? '—' },
          { head: 'Durée', numeric: true, cell: ({ durationMs }) => duration(durationMs) },
        ]}
      />
    </section>
  );
}

function Invoices({ report: { invoices, invoicesMore } }: { readonly report: TrialReport }) {
  if (invoices.length === 0) return null;
  return (
    <section>
      <h2>Factures lues</h2>
      <Table
        caption="Factures lues"
        rows={invoices.map((invoice, order) => ({ ...invoice, order }))}
        keyOf={({ order }) => String(order)}
        columns={[
          { head: 'Numéro', cell: ({ number }) => number ?? '(sans numéro)' },
          { head: 'Fournisseur', cell: ({ supplier }) => supplier ?? '—' },
          { head: 'Destinataire', cell: ({ recipient }) => recipient ?? '—' },
          {
            head: 'Net à payer',
            numeric: true,
            cell: ({ payable, currency }) => (payable === null ? '—' : frenchAmount(payable, currency)),
          },
          { head: 'Sort', cell: ({ fate }) => <FateBadge fate={fate} /> },
        ]}
      />
      {invoicesMore === 0 ? null : (
        <p>… et {counted(invoicesMore, 'autre facture', 'autres factures')}, sans les montrer.</p>
      )}
    </section>
  );
}

/** The state of a report in a word, for lists and documents. */
export function stateWord({ state }: Pick<TrialReport, 'state'>): string {
  return flowStates[state].label;
}
