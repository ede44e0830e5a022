import { z } from 'zod';
import { importDirectoryFile } from '../../directory/import.js';
import { type ImportPreview, previewImport } from '../../directory/preview.js';
import { Fault } from '../../errors.js';
import { deskOf } from '../desk.js';
import { reasonOf } from '../faults.js';
import { importsOf } from '../imports.js';
import { uploadBytesMax } from '../pages/deposit.js';
import { Problem } from '../problem.js';
import { action, redirect } from '../route.js';
import { ReasonField } from '../ui/drop.js';
import { Form } from '../ui/form.js';
import { count, Empty, Notice } from '../ui/show.js';
import { Table } from '../ui/table.js';
import { readUpload } from '../upload.js';

const crumbs = [{ label: 'Annuaire', path: '/annuaire' }];

/** Looks at a directory file: what it would add, change, and which rows cannot be taken. */
export const previewDirectory = action({
  path: '/annuaire/import',
  role: 'administrator',
  audited: 'directory-previewed',
  upload: true,
  async handler(call) {
    const desk = deskOf(call.parts);
    const limits = { fileBytesMax: uploadBytesMax(call), filesMax: 1 };
    const upload = await readUpload(call.request, desk.folder, limits);
    try {
      const [file] = upload.files;
      if (file === undefined)
        throw new Problem(400, 'Aucun fichier n’est joint.', 'Choisissez un fichier CSV ou JSON.');
      const preview = await previewImport(file.path, call.parts.store.directory, { shownName: file.name });
      const id = preview.faults === 0 ? await importsOf(desk).keep(file) : null;
      return {
        kind: 'page',
        title: 'Ce que changerait l’import',
        crumbs,
        body: <Shown preview={preview} name={file.name} id={id} />,
      };
    } finally {
      await upload.dispose();
    }
  },
});

const kinds = { structure: 'structure', service: 'service', supplier: 'fournisseur' } as const;

function Shown({
  preview,
  name,
  id,
}: {
  readonly preview: ImportPreview;
  readonly name: string;
  readonly id: string | null;
}) {
  const { added, changed, unchanged, faults, changes, problems } = preview;
  return (
    <>
      <p>Fichier « {name} ».</p>
      <ul class="tiles">
        {(
          [
            ['ajoutés', added],
            ['modifiés', changed],
            ['inchangés', unchanged],
            ['en erreur', faults],
          ] as const
        ).map(([label, value]) => (
          <li class="tile" key={label}>
            <strong>{count(value)}</strong>
            <span>{label}</span>
          </li>
        ))}
      </ul>
      {id === null ? (
        <Notice tone="error">
          des lignes ne peuvent pas être reprises : l’import se fait en entier ou pas du tout. Corrigez-les,
          puis recommencez.
        </Notice>
      ) : added + changed === 0 ? (
        <Empty title="Ce fichier ne change rien : l’annuaire le contient déjà." />
      ) : (
        <Form action={`/annuaire/import/${id}`} class="sheet">
          <h2>Importer pour de bon</h2>
          <ReasonField />
          <button type="submit">Importer {count(added + changed)} lignes</button>
        </Form>
      )}
      {problems.length === 0 ? null : (
        <>
          <h2>Lignes en erreur</h2>
          <Table
            caption="Lignes en erreur"
            rows={problems.map((problem, order) => ({ ...problem, order }))}
            keyOf={({ order }) => String(order)}
            columns={[
              { head: 'Place', cell: ({ where }) => french(where) },
              { head: 'Ce qui ne va pas', cell: ({ message }) => french(message) },
            ]}
          />
          {faults > problems.length ? <p>… et {count(faults - problems.length)} autres.</p> : null}
        </>
      )}
      {changes.length === 0 ? null : (
        <>
          <h2>Ce qui change</h2>
          <Table
            caption="Lignes ajoutées ou modifiées"
            rows={changes.map((change, order) => ({ ...change, order }))}
            keyOf={({ order }) => String(order)}
            columns={[
              { head: 'Ligne', cell: ({ of, key }) => `${kinds[of]} ${key}` },
              { head: 'Nom', cell: ({ name: own }) => own },
              { head: 'Changement', cell: ({ kind }) => (kind === 'added' ? 'ajoutée' : 'modifiée') },
              {
                head: 'Détail',
                cell: ({ fields }) =>
                  fields.map(({ field, from, to }) => `${field} : ${from} → ${to}`).join(' ; '),
              },
            ]}
          />
          {added + changed > changes.length ? (
            <p>… et {count(added + changed - changes.length)} autres lignes.</p>
          ) : null}
        </>
      )}
      <p>
        <a href="/annuaire">Revenir à l’annuaire</a>
      </p>
    </>
  );
}

/** The texts of the import, which commands tell in English, in French. */
export function french(text: string): string {
  return text
    .replace(/\bline (\d+)/, 'ligne $1')
    .replace(/\bcolumn (\w+)/, 'colonne $1')
    .replace(/\bitem (\d+)/, 'élément $1')
    .replace('top level', 'début du fichier')
    .replace(/^nothing stands there; allowed: /, 'rien n’est écrit ; attendu : ')
    .replace(/" is not allowed; allowed: /, '" n’est pas admis ; attendu : ')
    .replace(
      /^the column "(.*?)" is not known; known are /,
      'la colonne « $1 » n’est pas connue ; connues : ',
    )
    .replace(/^the column "(.*?)" is missing$/, 'la colonne « $1 » manque')
    .replace(/^the column "(.*?)" stands there twice$/, 'la colonne « $1 » est là deux fois')
    .replace(/^(\d+) fields, where the header has (\d+)$/, '$1 champs, alors que l’en-tête en a $2')
    .replace(/^the file is empty: .*$/, 'le fichier est vide : un en-tête de colonnes est attendu')
    .replace(/^"(.*?)" is not known; known are /, '« $1 » n’est pas connu ; connus : ');
}

/** Imports a file that was looked at. */
export const confirmDirectory = action({
  path: '/annuaire/import/:id',
  role: 'administrator',
  audited: 'directory-imported',
  schema: {
    params: z.object({ id: z.string().max(64) }),
    body: z.object({ motif: z.string().max(1_000).default('') }),
  },
  async handler(call) {
    const imports = importsOf(deskOf(call.parts));
    const file = imports.get(call.params.id);
    if (file === null)
      throw new Problem(
        404,
        'Ce fichier n’attend plus.',
        'Envoyez-le de nouveau pour voir ce qui changerait.',
      );
    const reason = reasonOf(call.body.motif);
    try {
      const counts = await importDirectoryFile(file.path, call.parts.store.directory, file.name);
      const told = `${counts.added} ajoutés, ${counts.changed} modifiés, ${counts.unchanged} inchangés`;
      await call.parts.store.transaction((tx) =>
        tx.insertEvents([
          call.event('directory-imported', `annuaire importé de ${file.name} : ${told} (${reason})`),
        ]),
      );
      await imports.drop(call.params.id);
      return redirect('/annuaire', { tone: 'success', text: `Annuaire importé : ${told}.` });
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'DIRECTORY_IMPORT') throw thrown;
      throw new Problem(
        409,
        'Le fichier ne peut pas être importé.',
        'Regardez de nouveau ce qui changerait.',
      );
    }
  },
});
