import { dayInParis } from '../../domain/dates.js';
import { homePaths } from '../../settings/home.js';
import { defaultChoices, versionFor } from '../../validate/packs/choice.js';
import type { FileLook, SetLook } from '../../validate/packs/look.js';
import { packsOf } from '../../validate/packs/manifest.js';
import { familyOf } from '../../validate/packs/sets.js';
import type { ArchiveLook } from '../../workers/packs-protocol.js';
import type { GivenFile, PackAsked } from '../desk.js';
import type { PackProblem } from '../pack-faults.js';
import type { ConsoleParts } from '../parts.js';
import type { Answer, SignedCall } from '../route.js';
import { Cause } from '../ui/cause.js';
import { ReasonField } from '../ui/drop.js';
import { Form } from '../ui/form.js';
import { choiceText, PackFields, PackUpload, syntaxList, Validity } from '../ui/packs.js';
import { count, Day, Facts, Notice, size } from '../ui/show.js';
import { Table } from '../ui/table.js';

const crumbs = [{ label: 'Règles', path: '/regles' }];
type AnyCall = SignedCall<unknown, unknown, unknown>;

interface Looked {
  readonly file: GivenFile;
  readonly asked: PackAsked;
}

/** What an archive of rules holds, and the order to install it where nothing stands against that. */
export function packLookAnswer(
  { parts }: AnyCall,
  { look, file, asked, id }: Looked & { readonly look: ArchiveLook; readonly id: string },
): Answer {
  const { sets, passedOver } = look;
  return {
    kind: 'page',
    title: 'Ce que contient le paquet',
    crumbs,
    body: (
      <>
        <p>Rien n’est encore installé. Comparez le SHA-256 à celui que publie l’éditeur, s’il en donne un.</p>
        <Facts
          rows={[
            ['Fichier', file.name],
            ['Taille', size(file.sizeBytes)],
            ['SHA-256', <code key="sha">{look.sha256}</code>],
          ]}
        />
        {sets.map((one) => (
          <SetSheet key={one.set} look={one} parts={parts} />
        ))}
        {passedOver.length === 0 ? null : (
          <details>
            <summary>Fichiers de règles laissés de côté ({count(passedOver.length)})</summary>
            <p>Sources, variantes qui ne font qu’avertir, ou règles d’une syntaxe non vérifiée ici.</p>
            <ul>
              {passedOver.map((path) => (
                <li key={path}>{path}</li>
              ))}
            </ul>
          </details>
        )}
        <Decision sets={sets} id={id} />
        <Again id={id} asked={asked} />
      </>
    ),
  };
}

/** Why nothing can be said of a file; `id`: it waits, and can be looked at with other values. */
export function packRefusal(
  { parts }: AnyCall,
  { problem, file, asked, id }: Looked & { readonly problem: PackProblem; readonly id: string | null },
): Answer {
  return {
    kind: 'page',
    title: 'Ce paquet ne peut pas être installé',
    status: 422,
    crumbs,
    body: (
      <>
        <p>
          Fichier « {file.name} », {size(file.sizeBytes)}.
        </p>
        <div role="alert">
          <Notice tone="error">
            <Cause code={problem.code} detail={problem.detail} text={problem.text} /> {problem.remedy}
          </Notice>
        </div>
        {id === null ? (
          <PackUpload bytesMax={parts.loaded.settings.console.packBytesMax} />
        ) : (
          <Again id={id} asked={asked} />
        )}
        <p>
          <a href="/regles">Revenir aux règles</a>
        </p>
      </>
    ),
  };
}

const states: Readonly<Record<SetLook['state'], string>> = {
  new: 'version nouvelle',
  added: 'complète la version qui est installée',
  unchanged: 'déjà installée telle quelle',
};

function SetSheet({ look, parts }: { readonly look: SetLook; readonly parts: ConsoleParts }) {
  const { set, version, state, files, validFrom, validTo } = look;
  const unspoken = files.flatMap((file) => file.unspoken.map((one) => ({ ...one, path: file.path })));
  const rivals = files.filter(({ rival }) => rival !== null);
  return (
    <section class="sheet">
      <h2>
        {set} {version ?? ''}
      </h2>
      {version === null ? (
        <Notice tone="error">
          la version ne se lit ni dans les noms ni dans les commentaires. Donnez-la plus bas, puis regardez de
          nouveau.
        </Notice>
      ) : null}
      <Facts
        rows={[
          ['Version', version === null ? 'inconnue' : states[state]],
          ['Dépôts concernés', <Validity key="days" from={validFrom} to={validTo} />],
          ...(version === null
            ? []
            : ([['Aujourd’hui', <Today key="today" look={look} parts={parts} />]] as const)),
          ['Où il s’applique', <Applies key="where" set={set} parts={parts} />],
        ]}
      />
      <h3>Fichiers de règles</h3>
      <Table caption={`Fichiers de ${set}`} rows={files} keyOf={({ path }) => path} columns={fileColumns} />
      {rivals.map(({ path, rival, syntaxes }) => (
        <Notice key={path} tone="error">
          {set} {version} est déjà installé avec d’autres règles pour {syntaxList(syntaxes)} ({rival}) :
          donnez une autre version plus bas, ou retirez d’abord celle qui est là.
        </Notice>
      ))}
      {unspoken.length === 0 ? null : (
        <>
          <Notice tone="error">
            le moteur ne sait pas appliquer {count(unspoken.length)} règle{unspoken.length > 1 ? 's' : ''} de
            ce jeu. Un jeu s’installe en entier ou pas du tout : envoyez la liste à qui maintient Écluse.
          </Notice>
          <Table
            caption="Règles que le moteur ne sait pas appliquer"
            rows={unspoken.map((one, order) => ({ ...one, order }))}
            keyOf={({ order }) => String(order)}
            columns={[
              { head: 'Fichier', cell: ({ path }) => path },
              { head: 'Ligne', numeric: true, cell: ({ line }) => String(line) },
              { head: 'Construction', cell: ({ construct }) => <code>{construct}</code> },
              {
                head: 'Pourquoi',
                cell: ({ message }) => (
                  <Cause
                    code={null}
                    detail={message}
                    text="Le moteur ne la connaît pas, ou elle est mal écrite."
                  />
                ),
              },
            ]}
          />
        </>
      )}
    </section>
  );
}

const fileColumns = [
  { head: 'Fichier', cell: ({ path, title }: FileLook) => (title === '' ? path : `${path} : ${title}`) },
  { head: 'Syntaxes', cell: ({ syntaxes }: FileLook) => syntaxList(syntaxes) },
  {
    head: 'Règles',
    numeric: true,
    cell: ({ rules, unspoken }: FileLook) => (unspoken.length > 0 ? '—' : count(rules)),
  },
  {
    head: 'Date',
    cell: ({ date }: FileLook) => (date === null ? '—' : <Day day={dayInParis(new Date(date))} />),
  },
  { head: 'Taille', numeric: true, cell: ({ sizeBytes }: FileLook) => size(sizeBytes) },
  { head: 'SHA-256', cell: ({ sha256 }: FileLook) => <code>{sha256}</code> },
] as const;

/** Which version speaks about today's deposits now, and which would. */
function Today({ look, parts }: { readonly look: SetLook; readonly parts: ConsoleParts }) {
  const day = dayInParis(parts.clock.now());
  const there = packsOf(homePaths(parts.loaded.home).rules, look.set);
  const now = versionFor(there, day, null)?.version ?? null;
  const others = there.filter(({ version }) => version !== look.version);
  const next =
    versionFor(
      [...others, { version: look.version ?? '', validFrom: look.validFrom, validTo: look.validTo }],
      day,
      null,
    )?.version ?? null;
  const own = familyOf(look.set) === null ? null : 'règles propres à Écluse';
  if (now === next)
    return <>rien ne change : {now ?? (own === null ? 'ce jeu ne dit rien' : `les ${own} jugent`)}</>;
  const instead =
    now !== null ? `à la place de ${now}` : own === null ? 'où rien ne jugeait' : `à la place des ${own}`;
  return (
    <>
      {next ?? 'rien'} jugera, {instead}
    </>
  );
}

/** What settings say about a set: read when the engine starts. */
function Applies({ set, parts }: { readonly set: string; readonly parts: ConsoleParts }) {
  const choices = [...defaultChoices, ...parts.loaded.settings.rules.sets].filter((one) => one.set === set);
  if (choices.every(({ mode }) => mode === 'off'))
    return (
      <>
        nulle part encore : aucun réglage ne le demande. Ajoutez-le à rules.sets, puis redémarrez le moteur
        (le paquet peut être installé avant).
      </>
    );
  return (
    <ul>
      {choices.map((choice) => (
        <li key={JSON.stringify(choice)}>{choiceText(choice)}</li>
      ))}
    </ul>
  );
}

function Decision({ sets, id }: { readonly sets: readonly SetLook[]; readonly id: string }) {
  const ready = sets.every(
    ({ version, files }) =>
      version !== null && files.every(({ rival, unspoken }) => rival === null && unspoken.length === 0),
  );
  if (!ready)
    return <Notice tone="warning">tant que cela n’est pas levé, rien ne peut être installé.</Notice>;
  if (sets.every(({ state }) => state === 'unchanged'))
    return <Notice tone="info">tout ce que contient ce paquet est déjà installé.</Notice>;
  return (
    <Form action={`/regles/paquets/${id}/installer`} class="sheet">
      <h2>Installer pour de bon</h2>
      <p>
        Les flux traités à partir de là sont jugés avec, sans redémarrer le moteur ; les verdicts déjà rendus
        ne changent pas.
      </p>
      <ReasonField required={false} />
      <button type="submit">
        Installer {sets.map(({ set, version }) => `${set} ${version ?? ''}`).join(', ')}
      </button>
    </Form>
  );
}

/** The same file under another name, version or dates. */
function Again({ id, asked }: { readonly id: string; readonly asked: PackAsked }) {
  return (
    <details class="sheet">
      <summary>Donner un autre nom, une autre version ou des dates</summary>
      <Form action={`/regles/paquets/${id}/apercu`}>
        <PackFields {...asked} />
        <button class="second" type="submit">
          Regarder de nouveau
        </button>
      </Form>
    </details>
  );
}
