import { importDirectoryFile } from '../directory/import.js';
import { dayInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

export const importDirectory: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options, true);
  const startedMs = Date.now();
  const counts = await importDirectoryFile(args[0] ?? '', context.store.directory);
  const durationMs = Date.now() - startedMs;
  output.json({ file: args[0], ...counts, durationMs });
  output.line(
    `${counts.structures} structures, ${counts.services} services, ${counts.suppliers} fournisseurs lus`,
  );
  output.line(
    `${counts.added} ajoutés, ${counts.changed} modifiés, ${counts.unchanged} inchangés, en ${durationMs} ms`,
  );
  return exitCodes.done;
};

export const listDirectory: Action<{ limit: number; after?: string }> = async ({ options, output }) => {
  await using context = await openContext(options);
  const structures = await context.store.directory.listStructures(options.limit, options.after);
  for (const structure of structures) output.json(structure);
  const rows = structures.map((s) => [
    s.siret,
    s.active ? 'active' : 'inactive',
    s.partner ?? 'non raccordée',
    s.name,
  ]);
  for (const line of table([['SIRET', 'ÉTAT', 'PARTENAIRE', 'NOM'], ...rows])) output.line(line);
  return exitCodes.done;
};

export const showDirectory: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const siret = args[0] ?? '';
  const asOf = dayInParis(new Date());
  const structure = await context.store.directory.structure(siret, asOf);
  if (structure === null) throw new Fault('NOT_FOUND', `no structure has the SIRET ${siret} today`);
  const services = await context.store.directory.services(siret, asOf);
  output.json({ ...structure, services });
  const duties = [
    structure.serviceRequired ? 'code service obligatoire' : null,
    structure.engagementRequired ? "numéro d'engagement obligatoire" : null,
    structure.serviceOrEngagementRequired ? 'code service ou engagement obligatoire' : null,
    structure.routedByService ? 'acheminement par code service' : null,
  ].filter((duty) => duty !== null);
  output.line(output.paint('bold', `${structure.siret}  ${structure.name}`));
  output.line(
    `  ${structure.active ? 'active' : 'inactive'}, reçue par ${structure.partner ?? '(non raccordée)'}`,
  );
  output.line(`  ${duties.length === 0 ? 'aucune obligation particulière' : duties.join(', ')}`);
  for (const s of services) {
    const engagement = s.engagementRequired ? ", numéro d'engagement obligatoire" : '';
    output.line(`  service ${s.code}  ${s.name}${s.active ? '' : ' (inactif)'}${engagement}`);
  }
  return exitCodes.done;
};
