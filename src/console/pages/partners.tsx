import { z } from 'zod';
import type { PartnerHealth } from '../../ports/store.js';
import type { ServerKeys } from '../desk.js';
import { type PartnerFacts, partnerFacts, partnerState } from '../partner-facts.js';
import { notFound } from '../problem.js';
import { type Answer, page, type SignedCall } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Cause } from '../ui/cause.js';
import { ReasonField } from '../ui/drop.js';
import { Form } from '../ui/form.js';
import { Ago, count, Empty, Facts, Moment, Notice } from '../ui/show.js';
import { Table } from '../ui/table.js';

const crumbs = [{ label: 'Partenaires', path: '/partenaires' }];

/** Every partner and how it does. */
export const partnersPage = page({
  path: '/partenaires',
  role: 'reader',
  async handler({ parts }) {
    const facts = await partnerFacts(parts, parts.loaded.settings.partners);
    const now = parts.clock.now();
    return {
      kind: 'page',
      title: 'Partenaires',
      body:
        facts.length === 0 ? (
          <Empty title="Aucun partenaire n’est déclaré.">
            <p>Ajoutez-en dans le fichier de réglages (partners), puis redémarrez le moteur.</p>
          </Empty>
        ) : (
          <Table
            caption="Partenaires"
            rows={facts}
            keyOf={({ partner }) => partner.code}
            columns={[
              {
                head: 'Partenaire',
                cell: ({ partner: { code, name } }) => (
                  <a href={`/partenaires/${code}`}>
                    {code}, {name}
                  </a>
                ),
              },
              { head: 'État', cell: (row) => <State facts={row} /> },
              { head: 'Dernier dépôt', cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} now={now} /> },
              { head: 'En cours', numeric: true, cell: ({ backlog }) => count(backlog.flows) },
              { head: 'À remettre', numeric: true, cell: ({ backlog }) => count(backlog.deliveries) },
              {
                head: 'Non relevés',
                numeric: true,
                cell: ({ lying, late }) =>
                  late === 0 ? count(lying) : `${count(lying)}, dont ${count(late)} en retard`,
              },
            ]}
          />
        ),
    };
  },
});

function State({ facts }: { readonly facts: PartnerFacts }) {
  const [tone, word] = partnerState(facts);
  return <Badge tone={tone}>{word}</Badge>;
}

const params = z.object({ code: z.string().max(20) });

/** One partner. */
export const partnerPage = page({
  path: '/partenaires/:code',
  role: 'reader',
  schema: { params },
  handler: (call) => partnerAnswer(call, call.params.code),
});

/** @param of.keys what its server showed just now @throws Problem 404. */
export async function partnerAnswer(
  call: SignedCall<unknown, unknown, unknown>,
  code: string,
  of: { readonly keys?: ServerKeys } = {},
): Promise<Answer> {
  const { parts, visitor } = call;
  const settings = parts.loaded.settings.partners.find((one) => one.code === code);
  if (settings === undefined) throw notFound('Ce partenaire');
  const [facts] = await partnerFacts(parts, [settings]);
  if (facts === undefined) throw notFound('Ce partenaire');
  const { role } = visitor.user;
  return {
    kind: 'page',
    title: `${code}, ${settings.name}`,
    crumbs,
    body: (
      <>
        <PartnerSheet facts={facts} now={parts.clock.now()} />
        <Health rows={facts.health} />
        {role === 'reader' ? null : <Orders facts={facts} />}
        {of.keys === undefined ? null : <Keys code={code} keys={of.keys} admin={role === 'administrator'} />}
      </>
    ),
  };
}

function PartnerSheet({ facts, now }: { readonly facts: PartnerFacts; readonly now: Date }) {
  const { partner, control, backlog, lying, late, lastSeenAt } = facts;
  const { code, sftp } = partner;
  return (
    <section class="sheet">
      <h2>Situation</h2>
      <Facts
        rows={[
          ['État', <State key="s" facts={facts} />],
          ...(control === null
            ? []
            : ([
                [
                  'Dernier ordre',
                  <span key="o">
                    {{ active: 'reprise', paused: 'pause', draining: 'vidange' }[control.mode]} le{' '}
                    <Moment at={control.at} /> par {control.by.replace(/^user:/, '')}
                    {control.reason === null ? '' : ` : ${control.reason}`}
                  </span>,
                ],
              ] as const)),
          [
            'Dernier dépôt',
            <span key="d">
              <Ago at={lastSeenAt} now={now} /> (<a href={`/flux?partenaire=${code}`}>ses flux</a>)
            </span>,
          ],
          ['Flux en cours', count(backlog.flows)],
          ['Fichiers à remettre', count(backlog.deliveries)],
          [
            'Fichiers non relevés',
            late === 0 ? count(lying) : `${count(lying)}, dont ${count(late)} en retard`,
          ],
          ['Interfaces', partner.interfaces.join(', ') || 'aucune : ce partenaire ne fait que recevoir'],
          ['Reçoit pour', partner.receives.join(', ') || '—'],
          [
            'Mode',
            sftp === undefined ? 'dossiers de cette machine' : `SFTP, ${sftp.user}@${sftp.host}:${sftp.port}`,
          ],
        ]}
      />
    </section>
  );
}

const unreachable = (side: PartnerHealth['side']) =>
  side === 'intake'
    ? 'Le dossier où le partenaire dépose ne peut pas être lu.'
    : 'Le dossier où le partenaire vient chercher ses fichiers ne peut pas être écrit.';

function Health({ rows }: { readonly rows: readonly PartnerHealth[] }) {
  const bad = rows.filter(({ faults }) => faults > 0);
  if (bad.length === 0) return null;
  return (
    <Notice tone="warning">
      <ul>
        {bad.map(({ side, partner, faults, retryAt, error }) => (
          <li key={`${side}${partner}`}>
            {side === 'intake' ? 'Dépôt' : 'Retrait'} ({partner}) : {faults} échecs de suite
            {retryAt === null ? '' : ', nouvel essai le '}
            {retryAt === null ? null : <Moment at={retryAt} />}.{' '}
            <Cause code={null} detail={error} text={unreachable(side)} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Orders({ facts: { partner, control } }: { readonly facts: PartnerFacts }) {
  const { code } = partner;
  const mode = control?.mode ?? 'active';
  return (
    <div class="columns">
      <section class="sheet">
        <h2>{mode === 'active' ? 'Mettre en pause' : 'Changer de mode'}</h2>
        <Form action={`/partenaires/${code}/mode`}>
          <ReasonField />
          <div class="buttons">
            {mode === 'active' ? null : (
              <button type="submit" name="mode" value="active">
                Reprendre
              </button>
            )}
            {mode === 'paused' ? null : (
              <button type="submit" name="mode" value="paused">
                Mettre en pause
              </button>
            )}
            {mode === 'draining' ? null : (
              <button class="second" type="submit" name="mode" value="draining">
                Vider
              </button>
            )}
          </div>
          <p class="hint">
            Pause : plus rien n’est pris ni remis. Vidange : plus rien n’est pris, ce qui est pris est terminé
            et remis. Le moteur s’y conforme à sa prochaine relève.
          </p>
        </Form>
      </section>
      <section class="sheet">
        <h2>Essayer la liaison</h2>
        <p>Liste, crée, renomme et supprime un fichier d’essai dans chaque dossier.</p>
        <Form action={`/partenaires/${code}/essai`}>
          <button class="second" type="submit">
            Essayer maintenant
          </button>
        </Form>
        {partner.sftp === undefined ? null : (
          <Form action={`/partenaires/${code}/cles`}>
            <button class="second" type="submit">
              Montrer les clés du serveur
            </button>
          </Form>
        )}
      </section>
    </div>
  );
}

function Keys({
  code,
  keys: { server, keys, stale },
  admin,
}: {
  readonly code: string;
  readonly keys: ServerKeys;
  readonly admin: boolean;
}) {
  const fresh = keys.filter(({ pinned }) => !pinned);
  return (
    <section class="sheet">
      <h2>Clés du serveur {server}</h2>
      <Table
        caption="Clés du serveur"
        rows={[
          ...keys.map((key) => ({ ...key, state: key.pinned ? 'épinglée' : 'non épinglée' })),
          ...stale.map((fingerprint) => ({
            type: '—',
            fingerprint,
            pinned: true,
            state: 'épinglée, non présentée par le serveur',
          })),
        ]}
        keyOf={({ fingerprint }) => fingerprint}
        columns={[
          { head: 'Empreinte', cell: ({ fingerprint }) => <code>{fingerprint}</code> },
          { head: 'Type', cell: ({ type }) => type },
          { head: 'État', cell: ({ state }) => state },
        ]}
      />
      {fresh.length === 0 && stale.length === 0 ? (
        <p>Toutes les clés sont épinglées.</p>
      ) : admin ? (
        <Form action={`/partenaires/${code}/cles/epingler`}>
          {(fresh.length > 0 ? fresh : keys).map(({ fingerprint }) => (
            <input key={fingerprint} type="hidden" name="empreinte" value={fingerprint} />
          ))}
          <Notice tone="warning">
            n’épinglez que si ces empreintes sont celles que le partenaire vous a données par une autre voie.
          </Notice>
          <ReasonField id="motif-cles" />
          {stale.length === 0 ? null : (
            <div class="field">
              <label>
                <input type="checkbox" name="remplacer" value="oui" /> Retirer les empreintes que le serveur
                ne présente plus
              </label>
            </div>
          )}
          <button type="submit">Épingler ces clés</button>
        </Form>
      ) : (
        <p>Un administrateur peut les épingler, après comparaison avec le partenaire.</p>
      )}
    </section>
  );
}
