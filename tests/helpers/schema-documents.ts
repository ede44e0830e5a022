import { readFileSync } from 'node:fs';
import type { Random } from './schema-mutations.js';

/** A row of schemas/<name>/model.tsv. */
interface Row {
  readonly kind: string;
  readonly ns: string;
  readonly owner: string;
  readonly name: string;
  readonly type: string;
  readonly min: string;
  readonly max: string;
}

/** Documents made up from a component model, to reach elements that no real document has. */
export interface DocumentMaker {
  /** Prefixed names of the global elements. */
  readonly elements: readonly string[];
  /** One element with random content; prefixes are not declared. */
  element(name: string, random: Random): string;
}

const sampleValues: Readonly<Record<string, string>> = {
  'xs:decimal': '12.50',
  'xs:date': '2025-01-31',
  'xs:dateTime': '2025-01-31T10:00:00',
  'xs:time': '10:00:00',
  'xs:boolean': 'true',
  'xs:base64Binary': 'QUJD',
  'xs:language': 'fr',
  'xs:anyURI': 'urn:a',
};

export function documentMaker(modelFile: string): DocumentMaker {
  const [head = '', ...lines] = readFileSync(modelFile, 'utf8').trim().split('\n');
  const columns = head.split('\t');
  const rows = lines.map(
    (line) =>
      Object.fromEntries(line.split('\t').map((cell, i) => [columns[i] ?? '', cell])) as unknown as Row,
  );
  const values = new Map(rows.filter((r) => r.kind === 'value').map((r) => [`${r.ns}:${r.owner}`, r.type]));
  const classes = new Map(rows.filter((r) => r.kind === 'class').map((r) => [`${r.ns}:${r.owner}`, r.type]));
  const types = new Map(rows.filter((r) => r.kind === 'element').map((r) => [`${r.ns}:${r.name}`, r.type]));
  const below = new Map<string, Row[]>();
  for (const row of rows) {
    if (!['child', 'any', 'attribute'].includes(row.kind)) continue;
    const owner = `${row.ns}:${row.owner}`;
    below.set(owner, [...(below.get(owner) ?? []), row]);
  }

  function attributes(type: string, random: Random): string {
    const own = (below.get(type) ?? []).filter((row) => row.kind === 'attribute');
    const kept = own.filter((row) => (row.min === '1' ? random.below(30) > 0 : random.below(6) === 0));
    return kept.map((row) => ` ${row.name}="${sampleValues[row.type] ?? 'x'}"`).join('');
  }

  function write(name: string, type: string, depth: number, random: Random): string {
    const base = type.startsWith('xs:') ? type : values.get(type);
    if (base !== undefined) {
      const text = random.below(60) === 0 ? '?' : (sampleValues[base] ?? 'x');
      return `<${name}${attributes(type, random)}>${text}</${name}>\n`;
    }
    const parts = (below.get(type) ?? []).filter((row) => row.kind === 'child');
    const chosen = classes.get(type) === 'choice' ? [random.pick(parts)] : parts;
    return `<${name}>\n${chosen.map((row) => child(row, depth, random)).join('')}</${name}>\n`;
  }

  function child(row: Row, depth: number, random: Random): string {
    const rare = depth > 7 ? 60 : 1 + depth;
    const wanted = row.min === '1' ? random.below(150) > 0 : random.below(rare + 2) === 0;
    if (!wanted || depth > 14) return '';
    const times = row.max === 'unbounded' && random.below(5) === 0 ? 2 : 1;
    const isRef = row.type === 'ref';
    const name = isRef ? row.name : `${row.ns}:${row.name}`;
    const type = isRef ? (types.get(row.name) ?? '') : row.type;
    return Array.from({ length: times }, () => write(name, type, depth + 1, random)).join('');
  }

  return {
    elements: [...types.keys()],
    element: (name, random) => write(name, types.get(name) ?? '', 0, random),
  };
}

/** Documents of the CPP formats with every element that may stand in them. */
export const fullCppDocuments: readonly string[] = [mixte(), pivot(), flowStatus(), invoiceStatus()];

function envelope(): string {
  const parameter = (order: string, code: string) =>
    `<ParametreIndiv NumOrdre="${order}"><Code>${code}</Code><Valeurparametre>x</Valeurparametre><Note>n</Note></ParametreIndiv>\n`;
  const partner = (tag: string) => `<${tag}><Id>AAA001</Id><Libelle>l</Libelle><Note>n</Note></${tag}>\n`;
  return `<Enveloppe><EnveloppeUnitaire NumOrdre="1">
<Parametres>${parameter('0001', 'DtPrd')}${parameter('0002', 'IdFlx')}</Parametres>
<Partenaires>${partner('Recepteur')}${partner('Emetteur')}</Partenaires>
</EnveloppeUnitaire></Enveloppe>\n`;
}

/** Elements with text, one a line: `a=1 b=2`. */
function leaves(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .map((one) => one.split('='))
    .map(([name, value]) => `<${name}>${value}</${name}>\n`)
    .join('');
}

function bank(): string {
  return `<ReferenceBancaire Type="IBAN">${leaves('Compte=c Etablissement=e RaisonSocialeEncaisseur=r')}</ReferenceBancaire>\n`;
}

function debtor(): string {
  return `<Debiteur>${leaves('TypeIdentifiant=1 Identifiant=12345678901234 Nom=n CodeService=c NomService=s')}</Debiteur>\n`;
}

function amounts(vatTag: string): string {
  return `<Montants>${leaves('MontantHT=1 MontantTTC=1.2 MontantNetAPayer=1.2')}</Montants>
<${vatTag}><TVA>${leaves('Taux=20 BaseHt=1 MontantTVA=0.2')}</TVA></${vatTag}>
<Engagement>${leaves('NumeroMarche=m NumeroEngagement=e')}</Engagement>\n`;
}

function mixte(): string {
  return `<CPPFactureMixte xmlns="http://chorus-factures.budget.gouv.fr/facture" Version="V1_16">${envelope()}
<CPPFactures Compteur="1"><CPPFactureMixteUnitaire NumOrdre="1">
<Fournisseur>${leaves('TypeIdentifiant=1 Identifiant=1 RaisonSociale=r CodePays=FR')}${bank()}</Fournisseur>
<Valideur>${leaves('TypeIdentifiant=6 Identifiant=1 RaisonSociale=r CodePays=FR')}</Valideur>
${debtor()}<DonneesFacture>${leaves('Id=F1 IdFactureOrigine=F0 Type=380 Cadre=A21 DateEmissionFacture=2025-01-31')}
<ModePaiement><Code>01</Code></ModePaiement><Devise>EUR</Devise>${amounts('TVAS')}
<Lignes><Ligne NumOrdre="1">${leaves('ReferenceProduit=p Description=d SiteLivraison=s PrixUnitaire=1 Quantite=1 MontantHT=1 TauxTVA=20')}</Ligne></Lignes>
</DonneesFacture><PJ NumOrdre="1">${leaves('Contenu=QUJD NomPJ=a.pdf TypePJ=01 MimeTypePJ=application/pdf')}</PJ>
</CPPFactureMixteUnitaire></CPPFactures></CPPFactureMixte>`;
}

function pivot(): string {
  return `<CPPFacturePivot Version="V2_02">${envelope()}<CPPFactures Compteur="1"><CPPFacturePivotUnitaire NumOrdre="1">
<Fournisseur>${leaves('TypeIdentifiant=7 Identifiant=1 RaisonSociale=r CodePays=FR')}${bank()}${leaves('ModeEmission=numérisation')}</Fournisseur>
${debtor()}<DonneesFacture>${leaves('Id=F1 IdCPRO=12 Renvoi=Recyclée IdFactureOrigine=F0 Type=381 Cadre=A25 DateEmissionFacture=2025-01-31 DateLivraison=2025-01-31')}
<ModePaiement>${leaves('Code=30 Libelle=l')}</ModePaiement>
${leaves('DateReception=2025-01-31 DateMiseADispositionMOE=2025-01-31 Devise=EUR')}${amounts('TVAs')}
<Lignes><Ligne NumOrdre="1">${leaves('ReferenceProduit=p PrixUnitaire=1 Quantite=1 MontantHT=1 TauxTVA=20')}</Ligne></Lignes>
</DonneesFacture>
<PJ NumOrdre="1">${leaves('IdUnique=u IdOriginal=o Contenu=QUJD NomPJ=a.pdf NomPJOrigine=b.pdf CategoriePJ=c TypePJ=02 MimeTypePJ=application/pdf')}</PJ>
<CycleDeValidation><ValidationUnitaire>${leaves('DateStatut=2025-01-31 CodeStatut=7 ComplementStatut=c Commentaire=c')}
<ProducteurStatut>${leaves('TypeIdentifiant=6 Id=i RaisonSociale=r CodePays=FR Note=n')}</ProducteurStatut>
</ValidationUnitaire></CycleDeValidation></CPPFacturePivotUnitaire></CPPFactures></CPPFacturePivot>`;
}

function flowStatus(): string {
  return `<CPPStatut Version="V1_19">${envelope()}<CPPFluxStatuts compteur="1"><CPPFluxStatutUnitaire NumOrdre="1"><DonneesStatut>
${leaves('IdStatut=93 ComplementStatut=c Commentaire=c Note=n Horodatage=2025-01-31T10:00:00+01:00 IdProducteur=12345678')}
<Producteur/>${leaves('IdFlux=f')}<Details NbLignesErreur="1"><LigneErreurDetail IdLigne="1">
${leaves('NatureErreur=REJET CodeErreur=c LibelleErreur=l DescriptionErreur=d')}</LigneErreurDetail></Details>
</DonneesStatut></CPPFluxStatutUnitaire></CPPFluxStatuts></CPPStatut>`;
}

function invoiceStatus(): string {
  return `<CPPStatut>${envelope()}<CPPFactureStatuts compteur="1"><CPPFactureStatutUnitaire NumOrdre="1">
<Fournisseur>${leaves('TypeIdentifiant=7 Identifiant=1 RaisonSociale=r CodePays=FR')}</Fournisseur>${debtor()}<DonneesStatut>
${leaves('IdStatut=41 ComplementStatut=c Commentaire=c Horodatage=2025-01-31T10:00:00Z')}<Producteur Id="p"/>
${leaves('IdFacture=F1 DateFacture=2025-01-31 IdMandatDP=m')}</DonneesStatut></CPPFactureStatutUnitaire></CPPFactureStatuts></CPPStatut>`;
}
