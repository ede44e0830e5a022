import type { Attachment } from '../../domain/invoice.js';
import type { PlacedInvoice } from '../../domain/reading.js';
import type { PieceFacts, Rule, RuleContext, Violation } from '../../domain/rule.js';
import { contentFits, extensionOf, isOffice, realContent, typeLabel } from './content.js';
import { chorusRule, lengthOf, violatedWhen, whereMixed } from './define.js';

const nameLengthMax = 50;

interface Seen {
  readonly attachment: Attachment;
  readonly path: string;
  /** The name that a recipient would see; null when there is none. */
  readonly name: string | null;
  readonly facts: PieceFacts | undefined;
}

/** A name without extension gives way to the file name declared beside the content (BT-125). */
function nameOf({ name, filename }: Attachment): string | null {
  return name !== null && extensionOf(name) !== null ? name : (filename ?? name);
}

/** An empty element leaves its attributes behind; a mere reference to a document, or a link, has none. */
function holdsContent({ piece, uri, mime, filename }: Attachment): boolean {
  return piece !== null || (uri === null && (mime !== null || filename !== null));
}

function seen({ invoice }: PlacedInvoice, { pieces }: RuleContext): Seen[] {
  return invoice.attachments.flatMap((attachment, i) =>
    holdsContent(attachment)
      ? [
          {
            attachment,
            path: `attachments[${i}]`,
            name: nameOf(attachment),
            facts: attachment.piece === null ? undefined : pieces.get(attachment.piece),
          },
        ]
      : [],
  );
}

function nameProblem(name: string | null): string | null {
  if (name === null) return 'est absent';
  const length = lengthOf(name);
  if (length > nameLengthMax) return `compte ${length} caractères, ${nameLengthMax} au plus sont acceptés`;
  return extensionOf(name) === null ? "n'a pas d'extension" : null;
}

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1).replace('.', ',');

const emptiness = ({ facts }: Seen): string | null => {
  if (facts === undefined || facts.sizeBytes === 0) return 'est vide';
  if (facts.inside === null) return null;
  if (facts.inside.length === 0) return 'est un ZIP sans aucun fichier';
  // Office documents and archives may well hold an empty file among others.
  const [only, ...others] = facts.inside;
  return only?.sizeBytes === 0 && others.length === 0 ? 'est un ZIP dont le fichier est vide' : null;
};

const zipProblems: Readonly<Record<string, string>> = {
  broken: 'il est abîmé',
  encrypted: 'il est protégé par un mot de passe',
  'too-large': 'son contenu est trop volumineux une fois décompressé',
  'too-many': 'il contient trop de fichiers',
};

function each(
  subject: PlacedInvoice,
  context: RuleContext,
  problem: (one: Seen) => Readonly<Record<string, string>> | null,
): Violation[] {
  return seen(subject, context).flatMap((one) => {
    const facts = problem(one);
    const name = one.name ?? 'sans nom';
    return facts === null ? [] : [{ term: one.path, value: one.name, facts: { name, ...facts } }];
  });
}

const ofType = (subject: PlacedInvoice, context: RuleContext, type: string) =>
  seen(subject, context).filter(({ attachment }) => attachment.chorusType === type);

/**
 * Size of the file that a recipient gets: that of the only file of a ZIP, where it is larger than the ZIP itself. A
 * ZIP that holds several files, or is meant as such by its name, weighs what it weighs.
 */
function fileSizeBytes({ name, facts }: Seen): number | null {
  if (facts === undefined) return null;
  const [only, ...others] = facts.inside ?? [];
  const wrapped = only !== undefined && others.length === 0 && extensionOf(name ?? '') !== 'zip';
  return wrapped ? Math.max(facts.sizeBytes, only.sizeBytes) : facts.sizeBytes;
}

/** Attachments. Ids IRR_* are step 8 of DOMAIN 3.1: they concern the entire flow. */
export const attachmentRules: readonly Rule[] = [
  chorusRule({
    id: 'IRR_NOM_PJ',
    severity: 'fatal',
    source: 'DOMAIN 2.3, 3.1 (8) and 3.2; CPPFacturePivot V2_02, NomPJ',
    confidence: 'reform',
    terms: ['PJ.NomPJ', 'BT-122'],
    check: (subject, context) =>
      each(subject, context, ({ name }) => {
        const problem = nameProblem(name);
        return problem === null ? null : { problem };
      }),
    message: 'Le nom de la pièce jointe (balise : {balise}) « {name} » {problem}.',
    fix: `Nommez la pièce avec une extension et ${nameLengthMax} caractères au plus, extension comprise : facture-123.pdf.`,
  }),
  chorusRule({
    id: 'IRR_EXT_DOC',
    severity: 'fatal',
    source: 'DOMAIN 2.4, Allowed extensions, 3.1 (8) and 3.2',
    confidence: 'implementer',
    terms: ['PJ.NomPJ', 'BT-122'],
    check: (subject, context) =>
      each(subject, context, ({ name }) => {
        const extension = extensionOf(name ?? '');
        const allowed = extension === null || context.options.attachmentExtensions.includes(extension);
        return allowed ? null : { extension };
      }),
    message:
      "La pièce jointe (balise : {balise}) « {name} » a une extension qui n'est pas acceptée : « {extension} ».",
    fix: 'Joignez la pièce dans un format accepté, PDF de préférence.',
  }),
  chorusRule({
    id: 'IRR_TAILLE_PJ',
    severity: 'fatal',
    source: 'DOMAIN 2.3, One attachment, 3.1 (8) and 3.2',
    confidence: 'implementer',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, (one) => {
        const max = context.options.attachmentSizeBytesMax;
        const size = fileSizeBytes(one);
        return size === null || size <= max ? null : { size: megabytes(size), max: megabytes(max) };
      }),
    message:
      'La pièce jointe (balise : {balise}) « {name} » est trop volumineuse : {size} Mo, {max} Mo au plus sont acceptés.',
    fix: 'Réduisez la pièce (résolution des images, compression), ou répartissez-la en plusieurs pièces.',
  }),
  chorusRule({
    id: 'IRR_VID_PJ',
    severity: 'fatal',
    source: 'DOMAIN 2.3, One attachment, 3.1 (8) and 3.2',
    confidence: 'implementer',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, (one) => {
        const problem = emptiness(one);
        return problem === null ? null : { problem };
      }),
    message: 'La pièce jointe (balise : {balise}) « {name} » {problem}.',
    fix: 'Joignez le fichier entier, ou retirez cette pièce.',
  }),
  chorusRule({
    id: 'ECL-PJ-BARE',
    severity: 'warning',
    source: 'DOMAIN 2.4, Content',
    confidence: 'confirmed',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, ({ facts }) =>
        facts === undefined || facts.sizeBytes === 0 || facts.type === 'zip'
          ? null
          : { type: typeLabel(facts.type) },
      ),
    message:
      "La pièce jointe (balise : {balise}) « {name} » n'est pas dans un ZIP : son contenu est de type « {type} ».",
    fix: 'Mettez le fichier seul dans un ZIP, puis joignez ce ZIP en base64 ; en attendant, nous le faisons pour le destinataire.',
  }),
  chorusRule({
    id: 'ECL-PJ-FACTURX-MAIN',
    severity: 'warning',
    source: 'DOMAIN 2.4, Type (Factur-X)',
    confidence: 'confirmed',
    syntaxes: ['facturx'],
    terms: ['PJ.TypePJ', 'BT-123'],
    check: (subject, context) =>
      ofType(subject, context, '01').flatMap(({ path, name }) =>
        violatedWhen(true, `${path}.chorusType`, '01', { name: name ?? 'sans nom' }),
      ),
    message:
      'Le type de la pièce jointe (balise : {balise}) « {name} » est « {value} » : dans un Factur-X, la facture lisible est le PDF lui-même.',
    fix: 'Indiquez le type 02 pour les pièces jointes à un Factur-X.',
  }),
  chorusRule({
    id: 'ECL-PJ-ZIP',
    severity: 'fatal',
    source: 'DOMAIN 2.4, Content',
    confidence: 'ours',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, ({ facts }) => {
        const problem = facts?.problem ?? null;
        return problem === null ? null : { problem: zipProblems[problem] ?? problem };
      }),
    message: 'Le ZIP de la pièce jointe (balise : {balise}) « {name} » ne peut pas être ouvert : {problem}.',
    fix: "Refaites le ZIP, sans mot de passe, avec un seul fichier, et vérifiez que vous pouvez l'ouvrir.",
  }),
  chorusRule({
    id: 'ECL-PJ-ZIP-COUNT',
    severity: 'fatal',
    source: 'DOMAIN 2.4, Content',
    confidence: 'ours',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, ({ name, facts }) => {
        const inside = facts?.inside ?? [];
        const one = inside.length < 2 || extensionOf(name ?? '') === 'zip' || isOffice(inside);
        return one ? null : { count: String(inside.length) };
      }),
    message:
      'Le ZIP de la pièce jointe (balise : {balise}) « {name} » contient {count} fichiers : un seul est attendu.',
    fix: 'Joignez un ZIP par fichier ; ou, pour une archive à transmettre telle quelle, donnez-lui un nom en .zip.',
  }),
  chorusRule({
    id: 'ECL-PJ-CONTENT',
    severity: 'fatal',
    source: 'DOMAIN 2.4, Content',
    confidence: 'ours',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, ({ name, facts }) => {
        const extension = extensionOf(name ?? '');
        if (extension === null || facts === undefined) return null;
        const type = realContent(facts, extension);
        return type === null || contentFits(extension, type) ? null : { extension, type: typeLabel(type) };
      }),
    message:
      'Le contenu de la pièce jointe (balise : {balise}) « {name} » ne correspond pas à son extension : « {type} » au lieu de « {extension} ».',
    fix: "Donnez à la pièce l'extension de son contenu, ou joignez le bon fichier.",
  }),
  chorusRule({
    id: 'ECL-PJ-INSIDE',
    severity: 'warning',
    source: 'DOMAIN 2.4, Allowed extensions',
    confidence: 'ours',
    terms: ['PJ.Contenu', 'BT-125'],
    check: (subject, context) =>
      each(subject, context, ({ facts }) => {
        const inside = facts?.inside ?? [];
        if (isOffice(inside)) return null;
        const strange = inside.find(({ name }) => {
          const extension = extensionOf(name);
          return extension !== null && !context.options.attachmentExtensions.includes(extension);
        });
        return strange === undefined ? null : { inside: strange.name };
      }),
    message:
      "La pièce jointe (balise : {balise}) « {name} » contient le fichier « {inside} », dont l'extension n'est pas dans la liste acceptée.",
    fix: 'Joignez ce fichier dans un format accepté, PDF de préférence.',
  }),
  chorusRule({
    id: 'ECL-PJ-TYPE',
    severity: 'warning',
    source: 'DOMAIN 2.4, Type',
    confidence: 'confirmed',
    terms: ['PJ.TypePJ', 'BT-123'],
    check: (subject, context) =>
      seen(subject, context).flatMap(({ attachment: { chorusType }, path }) =>
        violatedWhen(
          chorusType !== null && !['01', '02', 'ZZZ'].includes(chorusType),
          `${path}.chorusType`,
          chorusType,
        ),
      ),
    message:
      "Le type de pièce jointe (balise : {balise}) « {value} » n'est pas connu : 01 (facture lisible) ou 02 (pièce complémentaire) est attendu.",
    fix: 'Indiquez 01 pour la facture lisible, 02 pour les autres pièces.',
  }),
  chorusRule({
    id: 'ECL-PJ-MAIN',
    severity: whereMixed('fatal'),
    source: 'DOMAIN 1.1, E2, and 10; DECISIONS, From deposit to verdict',
    confidence: 'confirmed',
    // The PDF of a Factur-X is itself the readable invoice.
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii', 'cpp-mixte'],
    terms: ['PJ', 'BG-24'],
    check: (subject, context) =>
      violatedWhen(
        !seen(subject, context).some(({ attachment }) => attachment.chorusType !== '02'),
        'attachments',
      ),
    message:
      "La facture lisible (balise : {balise}) n'est pas jointe : une pièce de type 01 est obligatoire.",
    fix: 'Joignez la facture lisible (PDF dans un ZIP, en base64) avec le type 01.',
  }),
  chorusRule({
    id: 'ECL-PJ-MAIN-TWICE',
    severity: 'warning',
    source: 'DOMAIN 2.4, Type; DECISIONS, From deposit to verdict',
    confidence: 'ours',
    terms: ['PJ.TypePJ', 'BT-123'],
    check: (subject, context) => {
      const [, second] = ofType(subject, context, '01');
      return second === undefined ? [] : violatedWhen(true, second.path, second.name);
    },
    message:
      'La pièce jointe (balise : {balise}) « {value} » est la deuxième de type 01 (facture lisible) : la première est retenue, celle-ci devient une pièce complémentaire.',
    fix: 'Gardez le type 01 pour la facture lisible, et donnez le type 02 aux autres pièces.',
  }),
];
