import { flowStates } from '../../domain/flow.js';
import { type Replay, replayWords } from '../../domain/replay.js';
import type { SignatureFact } from '../../domain/verdict.js';
import type { AttemptRow } from '../../ports/store.js';
import { layerLabels, verdictLabels } from '../labels.js';
import { Badge, FlowBadge } from '../ui/badge.js';
import { Day, duration, Moment } from '../ui/show.js';
import { address, Table } from '../ui/table.js';
import type { FlowStory } from './flow.js';

const tones = { valid: 'good', invalid: 'bad', skipped: 'plain' } as const;
const attemptsShown = 12;

/** Attempts side by side, newest last: verdict by layer, and who had it worked again. */
export function Attempts({ story }: { readonly story: FlowStory }) {
  const { attempts, flow, attempt, replays } = story;
  if (attempts.length === 0) return null;
  const shown = attempts.slice(-attemptsShown);
  const waiting = replays.filter(({ state }) => state === 'waiting');
  return (
    <section id="tentatives">
      <h2>Tentatives</h2>
      {attempts.length > shown.length ? (
        <p class="hint">
          Les {shown.length} dernières sur {attempts.length} sont montrées.
        </p>
      ) : null}
      <div class="board">
        {shown.map((one) => (
          <Attempt
            key={one.attempt}
            row={one}
            shown={one.attempt === attempt}
            href={address(`/flux/${flow.id}`, { tentative: one.attempt })}
            replay={replays.find((replay) => replay.attempt === one.attempt) ?? null}
            alone={attempts.length === 1}
          />
        ))}
      </div>
      {waiting.map((replay) => (
        <ReplayLine key={replay.id} replay={replay} />
      ))}
    </section>
  );
}

function Attempt({
  row,
  shown,
  href,
  replay,
  alone,
}: {
  readonly row: AttemptRow;
  readonly shown: boolean;
  readonly href: string;
  readonly replay: Replay | null;
  readonly alone: boolean;
}) {
  return (
    <section class={shown ? 'sheet chosen' : 'sheet'} aria-label={`Tentative ${row.attempt}`}>
      <h3>
        Tentative {row.attempt} <FlowBadge state={row.state} />
      </h3>
      <p class="hint">
        Commencée le <Moment at={row.startedAt} />
        {row.durationMs === null ? ', en cours' : `, ${duration(row.durationMs)}`}
      </p>
      {row.layers.length === 0 ? (
        <p>Aucune vérification n’a encore été faite.</p>
      ) : (
        <Table
          caption={`Verdict par couche, tentative ${row.attempt}`}
          rows={row.layers.map((layer, i) => ({ ...layer, i }))}
          keyOf={({ i }) => String(i)}
          columns={[
            { head: 'Couche', cell: ({ layer }) => layerLabels[layer] },
            {
              head: 'Verdict',
              cell: ({ verdict }) => <Badge tone={tones[verdict]}>{verdictLabels[verdict]}</Badge>,
            },
            {
              head: 'Durée',
              numeric: true,
              cell: ({ durationMs }) => `${durationMs.toFixed(1).replace('.', ',')} ms`,
            },
            { head: 'Règles', cell: ({ ruleSet }) => ruleSet ?? '—' },
          ]}
        />
      )}
      {row.layers
        .flatMap(({ signatures = [] }) => signatures)
        .map((signature) => (
          <Signature key={signature.file} signature={signature} />
        ))}
      {replay === null ? null : <ReplayLine replay={replay} />}
      {alone ? null : shown ? (
        <p>
          <strong>Détaillée ci-dessous</strong>
        </p>
      ) : (
        <p>
          <a href={href}>Voir les anomalies et factures de cette tentative</a>
        </p>
      )}
    </section>
  );
}

const signatureWords = { valid: 'valable', invalid: 'non valable', unverified: 'non vérifiée' } as const;

function Signature({
  signature: { file, signer, signedAt, covers, state },
}: {
  readonly signature: SignatureFact;
}) {
  return (
    <p>
      Signature {signatureWords[state]} : {file}
      {signer === null ? '' : `, de ${signer}`}
      {signedAt === null ? '' : `, datée du ${signedAt}`}
      {covers.length === 0 ? '' : `, couvre ${covers.slice(0, 5).join(', ')}`}
    </p>
  );
}

/** Who had the flow worked again, why, with what, and what came of it. */
function ReplayLine({ replay }: { readonly replay: Replay }) {
  const { by, at, reason, file, asOf, beforeState, afterState, state } = replay;
  return (
    <p>
      Retraitement demandé par {by.replace(/^user:/, '')} le <Moment at={at} /> : {reason}.{' '}
      {flowStates[beforeState].label} →{' '}
      {afterState === null ? replayWords[state] : flowStates[afterState].label}
      {file === null ? null : `, fichier corrigé ${file.name}`}
      {asOf === null ? null : (
        <>
          , règles et annuaire du <Day day={asOf} />
        </>
      )}
    </p>
  );
}
