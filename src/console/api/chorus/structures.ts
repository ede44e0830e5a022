import { createHash } from 'node:crypto';
import { z } from 'zod';
import { dayInParis } from '../../../domain/dates.js';
import type { Service, Structure } from '../../../domain/structure.js';
import type { Store } from '../../../ports/store.js';
import { type Answer, keyed } from '../../route.js';
import { chorusAnswer, refusal } from './answer.js';
import { returnCodes, returnTexts } from './refusal.js';

/** Structures read from the store at once, and results on a page at most. */
const readCount = 1_000;
const pageMax = 500;

const paging = {
  nbResultatsParPage: z.int().min(1).optional(),
  pageResultatDemandee: z.int().min(1).optional(),
  triColonne: z.string().max(60).optional(),
  triSens: z.enum(['Descendant', 'Ascendant']).optional(),
};
const parametresRetour = z.object({
  nbResultatsParPage: z.int(),
  pageCourante: z.int(),
  pages: z.int(),
  total: z.int(),
});
const ok = { codeRetour: returnCodes.ok, libelle: returnTexts.ok };

/** The number of a structure in this API: its SIRET, which a 64-bit number holds. */
const idOf = (siret: string): number => Number(siret);
const siretOf = (id: number): string => String(id).padStart(14, '0');

/** The number of a service: 48 bits of a hash of what names it. */
function serviceId({ siret, code }: Pick<Service, 'siret' | 'code'>): number {
  return createHash('sha256').update(`${siret}/${code}`).digest().readUIntBE(0, 6);
}

const shownStructure = (one: Structure) => ({
  idStructureCPP: idOf(one.siret),
  identifiantStructure: one.siret,
  typeIdentifiantStructure: 'SIRET',
  designationStructure: one.name,
  statut: one.active ? 'ACTIVE' : 'INACTIVE',
});

/** `rechercher`: structures by SIRET, or by what their name holds. */
export const rechercherStructure = keyed({
  method: 'POST',
  path: '/cpro/structures/v1/rechercher',
  scope: 'directory:read',
  chorus: true,
  schema: {
    body: z.looseObject({
      parametres: z.looseObject(paging).optional(),
      restreindreStructuresPrivees: z.boolean().optional(),
      structure: z
        .looseObject({
          identifiantStructure: z.string().max(50).optional(),
          typeIdentifiantStructure: z.string().max(30).optional(),
          libelleStructure: z.string().max(200).optional(),
          raisonSocialeStructure: z.string().max(200).optional(),
          statutStructure: z.enum(['ACTIF', 'INACTIF']).optional(),
          typeStructure: z.enum(['PRIVEE', 'PUBLIQUE']).optional(),
        })
        .optional(),
    }),
    response: chorusAnswer({
      listeStructures: z.array(
        z.object({
          idStructureCPP: z.int(),
          identifiantStructure: z.string(),
          typeIdentifiantStructure: z.string(),
          designationStructure: z.string(),
          statut: z.enum(['ACTIVE', 'INACTIVE']),
        }),
      ),
      parametresRetour,
    }),
    summary: 'rechercherStructure',
    description:
      'Par SIRET, ou par une partie du nom. Seules les structures publiques de l’annuaire sont connues.',
    tags: ['chorus'],
  },
  async handler(call): Promise<Answer> {
    const { structure = {}, parametres = {} } = call.body;
    const found = await foundStructures(call.parts.store, dayInParis(call.parts.clock.now()), structure);
    if (found === null)
      return refusal(
        returnCodes.general,
        'structure : indiquez identifiantStructure (SIRET), libelleStructure ou raisonSocialeStructure.',
      );
    const sorted = ordered(found.map(shownStructure), parametres, {
      IdentifiantStructure: 'identifiantStructure',
      DesignationStructure: 'designationStructure',
      TypeIdentifiantStructure: 'typeIdentifiantStructure',
      Statut: 'statut',
    });
    const { rows, ...shown } = paged(sorted, parametres);
    return { kind: 'json', body: { ...ok, listeStructures: rows, ...shown } };
  },
});

interface Wanted {
  readonly identifiantStructure?: string | undefined;
  readonly libelleStructure?: string | undefined;
  readonly raisonSocialeStructure?: string | undefined;
  readonly statutStructure?: 'ACTIF' | 'INACTIF' | undefined;
  readonly typeStructure?: 'PRIVEE' | 'PUBLIQUE' | undefined;
}

/** Null when nothing is given to look for. */
async function foundStructures(store: Store, day: string, wanted: Wanted): Promise<Structure[] | null> {
  const name = fold(wanted.libelleStructure ?? wanted.raisonSocialeStructure ?? '');
  const siret = wanted.identifiantStructure?.replace(/\s/g, '') ?? '';
  if (name === '' && siret === '') return null;
  // Suppliers are private; the directory holds public structures.
  if (wanted.typeStructure === 'PRIVEE') return [];
  const fits = (one: Structure): boolean =>
    (name === '' || fold(one.name).includes(name)) &&
    (wanted.statutStructure === undefined || one.active === (wanted.statutStructure === 'ACTIF'));
  if (siret !== '') {
    const one = await store.directory.structure(siret, day);
    return one !== null && fits(one) ? [one] : [];
  }
  const found: Structure[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.directory.listStructures(readCount, after);
    found.push(...page.filter(fits));
    after = page.at(-1)?.siret;
    if (page.length < readCount || after === undefined) return found;
    // Other requests get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Without accents and case. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** `consulter`: what an invoice to this structure must bear. */
export const consulterStructure = keyed({
  method: 'POST',
  path: '/cpro/structures/v1/consulter',
  scope: 'directory:read',
  chorus: true,
  schema: {
    body: z.looseObject({ idStructureCPP: z.int().min(0), codeLangue: z.string().max(10).optional() }),
    response: chorusAnswer({
      informationGenerales: z.object({
        idStructureCPP: z.int(),
        identifiantStructure: z.string(),
        typeIdentifiantStructure: z.string(),
        structurePriveePublique: z.string(),
        raisonSocialeStructure: z.string(),
        libelleStructure: z.string(),
      }),
      parametres: z.object({
        codeServiceDoitEtreRenseigne: z.boolean(),
        numeroEJDoitEtreRenseigne: z.boolean(),
        gestionNumeroEJOuCodeService: z.boolean(),
        connexionEDI: z.boolean(),
        recevoirDonneesViaEDI: z.boolean(),
      }),
    }),
    summary: 'consulterStructure',
    tags: ['chorus'],
  },
  async handler(call): Promise<Answer> {
    const siret = siretOf(call.body.idStructureCPP);
    const one = await call.parts.store.directory.structure(siret, dayInParis(call.parts.clock.now()));
    if (one === null)
      return refusal(returnCodes.general, `idStructureCPP : la structure ${siret} n’est pas connue.`);
    return {
      kind: 'json',
      body: {
        ...ok,
        informationGenerales: {
          idStructureCPP: idOf(one.siret),
          identifiantStructure: one.siret,
          typeIdentifiantStructure: 'SIRET',
          structurePriveePublique: 'PUBLIQUE',
          raisonSocialeStructure: one.name,
          libelleStructure: one.name,
        },
        parametres: {
          codeServiceDoitEtreRenseigne: one.serviceRequired,
          numeroEJDoitEtreRenseigne: one.engagementRequired,
          gestionNumeroEJOuCodeService: one.serviceOrEngagementRequired,
          connexionEDI: one.partner !== null,
          recevoirDonneesViaEDI: one.partner !== null,
        },
      },
    };
  },
});

/** `rechercher/services`: the services of a structure. */
export const rechercherServices = keyed({
  method: 'POST',
  path: '/cpro/structures/v1/rechercher/services',
  scope: 'directory:read',
  chorus: true,
  schema: {
    body: z.looseObject({
      idStructure: z.int().min(0),
      parametresRechercherServicesStructure: z.looseObject(paging).optional(),
    }),
    response: chorusAnswer({
      listeServices: z.array(
        z.object({
          idService: z.int(),
          codeService: z.string(),
          libelleService: z.string(),
          estActif: z.boolean(),
          statutService: z.string(),
        }),
      ),
      parametresRetour,
    }),
    summary: 'rechercherServicesStructure',
    tags: ['chorus'],
  },
  async handler(call): Promise<Answer> {
    const { directory } = call.parts.store;
    const day = dayInParis(call.parts.clock.now());
    const siret = siretOf(call.body.idStructure);
    if ((await directory.structure(siret, day)) === null)
      return refusal(returnCodes.general, `idStructure : la structure ${siret} n’est pas connue.`);
    const asked = call.body.parametresRechercherServicesStructure ?? {};
    const services = (await directory.services(siret, day)).map((one) => ({
      idService: serviceId(one),
      codeService: one.code,
      libelleService: one.name,
      estActif: one.active,
      statutService: one.active ? 'ACTIF' : 'INACTIF',
    }));
    const sorted = ordered(services, asked, {
      CodeService: 'codeService',
      LibelleService: 'libelleService',
      EstActif: 'estActif',
    });
    const { rows, ...shown } = paged(sorted, asked);
    return { kind: 'json', body: { ...ok, listeServices: rows, ...shown } };
  },
});

interface Paging {
  readonly nbResultatsParPage?: number | undefined;
  readonly pageResultatDemandee?: number | undefined;
  readonly triColonne?: string | undefined;
  readonly triSens?: 'Descendant' | 'Ascendant' | undefined;
}

function ordered<T extends object>(
  rows: readonly T[],
  { triColonne, triSens }: Paging,
  columns: Readonly<Record<string, keyof T & string>>,
): readonly T[] {
  const column = triColonne === undefined ? undefined : columns[triColonne];
  if (column === undefined) return rows;
  const turn = triSens === 'Descendant' ? -1 : 1;
  return [...rows].sort((a, b) => turn * String(a[column]).localeCompare(String(b[column]), 'fr'));
}

function paged<T>(found: readonly T[], { nbResultatsParPage = 10, pageResultatDemandee = 1 }: Paging) {
  const size = Math.min(nbResultatsParPage, pageMax);
  const from = (pageResultatDemandee - 1) * size;
  return {
    rows: found.slice(from, from + size),
    parametresRetour: {
      nbResultatsParPage: size,
      pageCourante: pageResultatDemandee,
      pages: Math.ceil(found.length / size),
      total: found.length,
    },
  };
}
