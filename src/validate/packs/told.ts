import type { Installed } from './install.js';

const words: Readonly<Record<Installed['state'], string>> = {
  new: 'paquet de règles installé',
  changed: 'paquet de règles complété',
  unchanged: 'paquet de règles déjà là',
};

/** What the journal says of a pack that was installed. @param origin the file that it came from */
export function installedText({ state, set, version, files, validFrom, validTo }: Installed, origin: string) {
  const rules = files.reduce((sum, file) => sum + file.rules, 0);
  const days =
    validFrom === null && validTo === null ? '' : `, valable ${validFrom ?? '…'} → ${validTo ?? '…'}`;
  const many = new Intl.NumberFormat('fr-FR').format;
  return `${words[state]} : ${set} ${version}, ${many(files.length)} fichier${files.length < 2 ? '' : 's'}, ${many(rules)} règles${days}, de ${origin}`;
}

/** What the journal says of a version that was removed. */
export function removedText(set: string, version: string): string {
  return `paquet de règles retiré : ${set} ${version}`;
}
