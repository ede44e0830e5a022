import { blockWords } from '../domain/retention.js';
import { finderOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import { type Erasure, erase } from '../pipeline/erase.js';
import { systemClock } from '../ports/clock.js';
import type { ErasureTarget } from '../ports/store-retention.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface EraseCommandOptions {
  readonly supplier?: string;
  readonly invoice?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Where copies may be that this command does not reach. */
const notReached = [
  'les sauvegardes (ecluse backup), jusqu’à ce qu’elles soient remplacées',
  'les fichiers déjà relevés par les partenaires, et ceux qui sont encore dans leurs dossiers out',
  'les journaux de l’exploitation (log) et les messages d’alerte déjà envoyés',
  'le nom du fichier déposé, tel que le partenaire l’a choisi',
];

/** `erase`: takes the personal data of a natural person out of what the engine keeps, on order. */
export const eraseCommand: Action<EraseCommandOptions> = async ({ options, output }) => {
  const target = targetOf(options);
  const dryRun = options.dryRun === true;
  const reason = options.reason?.trim() ?? '';
  if (reason === '' && !dryRun)
    throw new Fault('USAGE', 'erase: please say why with --reason "...": it is kept in the audit trail');
  await using context = await openContext(options);
  const { store, archive, loaded } = context;
  const done = await erase({
    store,
    archive,
    clock: systemClock,
    interfaceOf: finderOf(loaded.settings.interfaces),
    target,
    by: `user:${userName()}`,
    reason,
    force: options.force === true,
    dryRun,
  });
  const { plans, ...counts } = done;
  for (const { invoices, ...plan } of plans)
    output.json({ ...plan, invoices: invoices.map(({ invoice }) => invoice), dryRun });
  output.json({ ...counts, flows: plans.length, dryRun, notReached });
  print(done, dryRun, output);
  return exitCodes.done;
};

function print({ plans, ...counts }: Erasure, dryRun: boolean, output: Output): void {
  for (const { depositedName, invoices, others, blocks, places } of plans) {
    output.line(output.paint('bold', depositedName));
    output.line(
      `  ${invoices.length} factures ; fichier déposé ${places.originals}, pièces ${places.pieces}, textes de fichiers remis ${places.files}, anomalies ${places.findings}`,
    );
    if (others > 0)
      output.line(
        `  le même dépôt porte ${others} factures d’autres fournisseurs : leur original part aussi`,
      );
    for (const block of blocks) output.line(`  retenu : ${blockWords[block]}`);
  }
  if (counts.directory)
    output.line(dryRun ? 'Le fournisseur est dans l’annuaire.' : 'Le fournisseur est retiré de l’annuaire.');
  if (dryRun) output.line('Rien n’est changé.');
  else
    output.line(
      `${counts.invoices} factures et ${counts.numbers} numéros sous pseudonyme, ${counts.findings} anomalies sans texte, ${counts.bodies} fichiers remis vidés, ${counts.files} fichiers supprimés`,
    );
  output.line('Ce que cette commande n’atteint pas :');
  for (const place of notReached) output.line(`  - ${place}`);
}

/** @throws Fault USAGE. */
function targetOf({ supplier, invoice }: EraseCommandOptions): ErasureTarget {
  if ((supplier === undefined) === (invoice === undefined))
    throw new Fault('USAGE', 'erase: name either --supplier TYPE:ID or --invoice NUMBER');
  if (invoice !== undefined) return { kind: 'invoice', number: invoice };
  const [, idType, id] = /^(\d{1,2}):(.+)$/.exec(supplier ?? '') ?? [];
  if (idType === undefined || id === undefined)
    throw new Fault('USAGE', `--supplier ${supplier}: TYPE:ID is expected, such as 7:DUPONT-1960`);
  return { kind: 'supplier', idType: idType.replace(/^0(?=\d)/, ''), id: id.trim() };
}
