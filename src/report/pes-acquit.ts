import { dayInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import type { PesEnvelope } from '../domain/pes.js';
import type { Application } from './envelope.js';
import { allowedText, clip, group, oneLine, writeDocument, type XmlElement } from './xml.js';

export interface AcquitInvoice {
  /** Place among the invoices of the file, from 0. */
  readonly index: number;
  readonly number: string | null;
  readonly integrated: boolean;
}

export interface AcquitInput {
  /** What the PES_Aller says of itself. */
  readonly pes: PesEnvelope;
  readonly engine: Application;
  readonly at: Date;
  /** Findings about the file as a whole, fatal ones: with one of them nothing else is acknowledged. */
  readonly refusedFor: readonly Finding[];
  readonly invoices: readonly AcquitInvoice[];
  /** Every finding about the file. */
  readonly findings: readonly Finding[];
}

const namespace = 'http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/retour/v2';

/** Values of DomaineAck (PES 6). */
const domains = { technical: '0', piece: '4', invoices: '12' } as const;

const labelLengthMax = 500;

/**
 * The PES_ACQUIT that answers a PES_Aller (PES 6): its envelope told again, one element for its invoices with a
 * DetailPiece for each that was refused, one for each PJ; or one technical element where the file as a whole was
 * refused. Declared as ISO-8859-1 and written in ASCII, so that it is right in any reading. Null where the file does
 * not say of itself what an acknowledgement has to tell again (PES 6: NomFic and CodCol are what it is matched by).
 */
export function pesAcquit(input: AcquitInput): string | null {
  const header = headerOf(input);
  if (header === null) return null;
  const elements = input.refusedFor.length > 0 ? [technical(input)] : [invoices(input), ...pieces(input)];
  const root = group(
    'n:PES_ACQUIT',
    [...header, group('ACQUIT', [group('EnTeteAcquit', [datum('IdVer', '2')]), ...elements])],
    { 'xmlns:n': namespace },
  );
  return inLatin(writeDocument(root));
}

const datum = (name: string, value: string): XmlElement => ({ name, attributes: { V: value }, content: '' });

/** What the schema takes for a text: something said, and not nothing but zeros (PES 2). */
function meant(text: string | null, lengthMax: number): string | null {
  if (text === null || text.length === 0 || [...text].length > lengthMax || /[\r\n]/.test(text)) return null;
  return /^([ .]|nc|0+)$/.test(text) ? null : text;
}

function shaped(text: string | null, shape: RegExp): string | null {
  return text !== null && shape.test(text) ? text : null;
}

function headerOf({ pes, engine, at }: AcquitInput): readonly XmlElement[] | null {
  const typFic = meant(pes.typFic, 32);
  const nomFic = meant(pes.nomFic, 100);
  const idPost = shaped(meant(pes.idPost, 7), /^(02[A-B]\d{3,4}|\d{6,7})$/);
  const idColl = shaped(pes.idColl, /^\d{0,14}$/);
  const codCol = shaped(meant(pes.codCol, 3), /^[0-9a-zA-Z]{1,3}$/);
  if (typFic === null || nomFic === null || idPost === null || idColl === null || codCol === null)
    return null;
  const finJur = shaped(pes.finJur, /^[0-9a-zA-Z]{0,20}$/);
  const codBud = shaped(pes.codBud, /^[0-9a-zA-Z]{0,2}$/);
  const libelle = meant(pes.libelleColBud, 38);
  return [
    group('Enveloppe', [
      group('Parametres', [datum('Version', '2'), datum('TypFic', typFic), datum('NomFic', nomFic)]),
      group('Emetteur', [
        datum('Sigle', meant(clip(engine.name, 32), 32) ?? engine.code),
        datum('Adresse', engine.code),
      ]),
    ]),
    group('EnTetePES', [
      datum('DteStr', dayInParis(at)),
      datum('IdPost', idPost),
      datum('IdColl', idColl),
      finJur === null ? null : datum('FinJur', finJur),
      datum('CodCol', codCol),
      codBud === null ? null : datum('CodBud', codBud),
      libelle === null ? null : datum('LibelleColBud', libelle),
    ]),
  ];
}

function technical({ refusedFor }: AcquitInput): XmlElement {
  return element(
    domains.technical,
    false,
    null,
    refusedFor.map((one) => error(one)),
  );
}

function invoices({ invoices, findings }: AcquitInput): XmlElement {
  const details = invoices
    .filter(({ integrated }) => !integrated)
    .map(({ index, number }) => {
      const own = findings.filter((one) => one.severity === 'fatal' && one.invoiceIndex === index);
      const told = own.map((one) => error(one, number));
      return group('DetailPiece', [datum('NumPiece', String(index + 1)), ...told]);
    });
  return element(domains.invoices, details.length === 0, null, details);
}

/** A PJ is refused where something fatal is said of it, and where no invoice is left that it could go with. */
function pieces({ pes, invoices, findings }: AcquitInput): XmlElement[] {
  const alive = invoices.some(({ integrated }) => integrated);
  return pes.pieceIds.flatMap((id, i) => {
    if (!/^[0-9a-zA-Z]{0,50}$/.test(id)) return [];
    const own = findings.filter(
      ({ severity, path }) => severity === 'fatal' && pieceIndex(path, pes.pieceIds.length) === i,
    );
    const unique = [...new Map(own.map((one) => [one.rule, one])).values()];
    return [
      element(
        domains.piece,
        alive && own.length === 0,
        id,
        unique.map((one) => error(one)),
      ),
    ];
  });
}

/** Which PJ a path leads into, from 0; a lone one has no position. Null when it leads elsewhere. */
function pieceIndex(path: string | null, count: number): number | null {
  const match = /\/PES_PJ\/PJ(?:\[(\d+)\])?(?:\/|$)/.exec(path ?? '');
  if (match === null) return null;
  return match[1] === undefined ? (count === 1 ? 0 : null) : Number(match[1]) - 1;
}

function element(
  domain: string,
  good: boolean,
  piece: string | null,
  more: readonly XmlElement[],
): XmlElement {
  return group('ElementACQUIT', [
    datum('DomaineAck', domain),
    datum('EtatAck', good ? '1' : '0'),
    piece === null ? null : datum('IdUnique', piece),
    ...more,
  ]);
}

function error(finding: Finding, number: string | null = null): XmlElement {
  const about = number === null ? '' : `facture ${number} : `;
  const text = allowedText(oneLine(`${finding.rule} ${about}${finding.message}`));
  return group('Erreur', [
    datum('NumAnoAck', codeOf(finding.rule)),
    datum('LibelleAnoAck', clip(text, labelLengthMax)),
  ]);
}

/** Values of NumAnoAck by the rules that they fit; all others are ERREUR_AUTRE. */
const codes: readonly (readonly [RegExp, string])[] = [
  [/^XSD$/, 'ERREUR_SCHEMA_INCOMPLET'],
  [/^(ECL-XML-ENCODING|ECL-PES-ENCODING)/, 'ERREUR_ENCODING'],
  [/^(ECL-PES-EMPTY|IRR_VIDE)/, 'ERREUR_FLUX_VIDE'],
  [/^(ECL-PES-PJ-|ECL-PJ-|ECL-LIM-ATT|IRR_(TAILLE_PJ|NOM_PJ|VID_PJ|EXT_DOC))/, 'ERREUR_PJ'],
  [/^(ECL-PES-(LINE|SUM|DETAIL)-|ECL-TOTAL-)/, 'ERREUR_CUMUL_MONTANTS'],
  [/^(ECL-(SUP|REC)-(KEY|SIRET)|ECL-PES-(SUP|REC)-KIND)/, 'ERREUR_SIRET'],
];

function codeOf(rule: string): string {
  return codes.find(([pattern]) => pattern.test(rule))?.[1] ?? 'ERREUR_AUTRE';
}

function inLatin(text: string): string {
  return text
    .replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    .replace(/[\u0080-\u{10ffff}]/gu, (char) => `&#${char.codePointAt(0)};`);
}
