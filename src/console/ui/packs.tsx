import type { SetChoice } from '../../validate/packs/choice.js';
import type { InstalledPack } from '../../validate/packs/types.js';
import { Badge, type Tone } from './badge.js';
import { DropField, ReasonField } from './drop.js';
import { Choice, Field, Form } from './form.js';
import { count, Day, size } from './show.js';
import { Table } from './table.js';

export const syntaxNames: Readonly<Record<string, string>> = {
  'ubl-invoice': 'facture UBL',
  'ubl-creditnote': 'avoir UBL',
  cii: 'CII',
};

export const syntaxList = (syntaxes: readonly string[]): string =>
  syntaxes.map((one) => syntaxNames[one] ?? one).join(', ');

export function Validity({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  if (from === null && to === null) return <>sans limite</>;
  return (
    <>
      {from === null ? '' : 'du '}
      {from === null ? '' : <Day day={from} />}
      {to === null ? ', sans fin' : ' jusqu’au '}
      {to === null ? '' : <Day day={to} />}
    </>
  );
}

/** Where a set applies, as the settings say. */
export function choiceText({ mode, interfaces, partners, version }: SetChoice): string {
  const what = {
    off: 'éteint',
    advisory: 'avertit seulement',
    enforced: 'refuse les factures non conformes',
  }[mode];
  const where = [
    ...(interfaces === undefined ? [] : [`interfaces ${interfaces.join(', ')}`]),
    ...(partners === undefined ? [] : [`partenaires ${partners.join(', ')}`]),
  ];
  const pinned = version === undefined ? '' : `, version ${version} imposée`;
  return `${what} (${where.length === 0 ? 'partout' : where.join(' ; ')}${pinned})`;
}

/** `unasked`: no setting asks for the set; `pinned`: one asks for this version, whatever its dates. */
export type PackUse = 'speaks' | 'pinned' | 'waits' | 'unasked';

const uses: Readonly<Record<PackUse, readonly [Tone, string]>> = {
  speaks: ['good', 'en vigueur'],
  pinned: ['good', 'imposée par un réglage'],
  waits: ['plain', 'en réserve'],
  unasked: ['plain', 'sans effet : aucun réglage ne demande ce jeu'],
};

/** The packs that are installed, and what each is for today's deposits. */
export function PackList({
  packs,
  useOf,
}: {
  readonly packs: readonly InstalledPack[];
  readonly useOf: (pack: InstalledPack) => PackUse;
}) {
  if (packs.length === 0) return <p>Aucun : les règles propres à Écluse s’appliquent.</p>;
  return (
    <Table
      caption="Paquets de règles"
      rows={packs}
      keyOf={({ set, version }) => `${set}@${version}`}
      columns={[
        { head: 'Jeu', cell: ({ set }) => set },
        { head: 'Version', cell: ({ version }) => version },
        {
          head: 'Aujourd’hui',
          cell: (pack) => {
            const [tone, text] = uses[useOf(pack)];
            return <Badge tone={tone}>{text}</Badge>;
          },
        },
        { head: 'Dépôts', cell: ({ validFrom, validTo }) => <Validity from={validFrom} to={validTo} /> },
        { head: 'Syntaxes', cell: ({ files }) => syntaxList(files.flatMap(({ syntaxes }) => syntaxes)) },
        {
          head: 'Règles',
          numeric: true,
          cell: ({ files }) => count(files.reduce((sum, file) => sum + file.rules, 0)),
        },
        { head: 'Installé', cell: ({ installedAt }) => <Day day={installedAt.slice(0, 10)} /> },
        { head: 'Venu de', cell: ({ origin }) => origin },
      ]}
    />
  );
}

/** Where an administrator drops an archive. */
export function PackUpload({ bytesMax }: { readonly bytesMax: number }) {
  return (
    <section class="sheet">
      <h3>Installer un paquet</h3>
      <p>
        Déposez l’archive officielle telle qu’elle est publiée, ou un seul fichier .sch. Vous verrez d’abord
        ce qu’elle contient ; rien n’est installé avant votre confirmation.
      </p>
      <Form action="/regles/paquets" upload>
        <DropField
          name="paquet"
          label="Archive ZIP ou fichier .sch"
          hint={`${size(bytesMax)} au plus.`}
          accept=".zip,.sch"
          required
        />
        <details>
          <summary>Jeu, version et dates, si l’archive ne les dit pas</summary>
          <PackFields />
        </details>
        <button type="submit">Voir ce qu’il contient</button>
      </Form>
    </section>
  );
}

export interface PackValues {
  readonly set?: string | undefined;
  readonly version?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
}

/** What may be said of a pack; names as `src/console/actions/packs.tsx` reads them. */
export function PackFields({ set, version, validFrom, validTo }: PackValues) {
  return (
    <>
      <Field
        name="paquet-jeu"
        label="Jeu (facultatif)"
        hint="Sans lui, le nom du fichier et son titre le disent."
        value={set}
        maxLength={64}
        autocomplete="off"
      />
      <Field
        name="paquet-version"
        label="Version (facultatif)"
        hint="Par exemple 1.3.16."
        value={version}
        maxLength={64}
        autocomplete="off"
      />
      <Field name="paquet-du" label="Premier jour de dépôt (facultatif)" type="date" value={validFrom} />
      <Field name="paquet-au" label="Dernier jour de dépôt (facultatif)" type="date" value={validTo} />
    </>
  );
}

/** Takes one version away, with the reason. */
export function PackRemoval({ packs }: { readonly packs: readonly InstalledPack[] }) {
  if (packs.length === 0) return null;
  return (
    <details class="sheet">
      <summary>Retirer un paquet</summary>
      <p>
        Les flux déjà jugés gardent leur verdict. Un flux retraité ensuite sera jugé sans cette version, même
        s’il a été déposé quand elle valait.
      </p>
      <Form action="/regles/paquets/retrait">
        <Choice
          name="paquet-retire"
          label="Paquet"
          options={packs.map(({ set, version }) => [`${set}@${version}`, `${set} ${version}`] as const)}
          required
        />
        <ReasonField id="paquet-motif" />
        <button class="danger" type="submit">
          Retirer ce paquet
        </button>
      </Form>
    </details>
  );
}
