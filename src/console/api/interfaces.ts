import type { Interface } from '../../domain/interface.js';
import { catalogueWith, isSupported } from '../../envelope/catalogue.js';
import type { LoadedSettings } from '../../settings/load.js';
import { Problem } from '../problem.js';

/** Names that the API has for syntaxes beside the catalogue's own (DOMAIN 1.2: two catalogues write one differently). */
const otherNames: Readonly<Record<string, string>> = {
  IN_DP_E2_CII_16B: 'FSO1116A',
  IN_DP_E2_MIXTE: 'FSO1117A',
};

/** The interface of a code or of an API syntax that deposits are read under; null where there is none. */
export function depositInterface({ settings }: LoadedSettings, text: string): Interface | null {
  const code = otherNames[text] ?? text;
  const row = catalogueWith(settings.interfaces).find(
    (one) => one.direction === 'in' && (one.code === code || one.apiSyntax === code),
  );
  return row !== undefined && isSupported(row) ? row : null;
}

/** Interfaces that deposits are read under. */
export function depositInterfaces({ settings }: LoadedSettings): readonly Interface[] {
  return catalogueWith(settings.interfaces).filter((row) => row.direction === 'in' && isSupported(row));
}

/** The refusal of a code or syntax under which nothing is read. */
export function interfaceProblem(loaded: LoadedSettings, text: string): Problem {
  const known = depositInterfaces(loaded).map(
    ({ code, apiSyntax }) => `${code}${apiSyntax === null ? '' : ` (${apiSyntax})`}`,
  );
  return new Problem(
    422,
    `Aucun dépôt n’est lu sous « ${text.slice(0, 60)} ».`,
    `Codes et syntaxes admis : ${known.join(', ')}.`,
    undefined,
    'interface-inconnue',
  );
}
