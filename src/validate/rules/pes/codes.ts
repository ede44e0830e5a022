import type { PlacedInvoice } from '../../../domain/reading.js';
import type { Rule, RuleContext, Violation } from '../../../domain/rule.js';
import { violatedWhen } from '../define.js';
import { factsOf, pesRule } from './define.js';

/** TypeFact of invoices, credit notes and statements of purchasing cards (docs/pes.md, type-facture). */
const kinds: ReadonlySet<string> = new Set(['01', '03', '06']);

const kindWords: Readonly<Record<string, string>> = {
  '02': 'une commande',
  '04': 'un devis',
  '05': 'une facture pro forma',
  '07': "un avis d'échéance",
  '08': 'une quittance',
  '09': 'un avis des sommes à payer',
};

/** NatIdTiers that have no kind of identifier in Chorus Pro (docs/pes.md, nature-identifiant). */
const idKindWords: Readonly<Record<string, string>> = { '02': 'SIREN', '03': 'FINESS', '04': 'NIR' };

function refusedKind(kind: string | null): boolean {
  return kind !== null && idKindWords[kind] !== undefined;
}

function idKindViolation(kind: string | null, party: 'supplier' | 'recipient'): readonly Violation[] {
  return violatedWhen(refusedKind(kind), `chorus.${party}.idType`, kind, {
    word: idKindWords[kind ?? ''] ?? '',
  });
}

export const codeRules: readonly Rule[] = [
  pesRule({
    id: 'ECL-PES-TYPE',
    severity: 'fatal',
    source: 'PES 3, TypeFact, and 8; docs/pes.md, type-facture',
    confidence: 'ours',
    terms: ['BT-3'],
    overrides: ['ECL-TYPE-UNKNOWN'],
    check: (subject) => {
      const { kind } = factsOf(subject);
      const word = kindWords[kind ?? ''] ?? 'un autre document';
      return violatedWhen(kind !== null && !kinds.has(kind), 'typeCode', kind, { word });
    },
    message:
      "Le type de facture (balise : {balise}) « {value} » désigne {word} : ce n'est ni une facture (01), ni un avoir (03), ni un relevé de carte achat (06).",
    fix: 'Déposez la facture ou son avoir ; un avis des sommes à payer passe par Hélios, avec son titre.',
  }),
  pesRule({
    id: 'ECL-PES-SUP-KIND',
    severity: 'fatal',
    source: 'PES 3, NatIdTiers, and 8; docs/pes.md, nature-identifiant',
    confidence: 'ours',
    terms: ['supplier'],
    applies: (subject) => refusedKind(factsOf(subject).supplierIdKind),
    overrides: ['ECL-SUP-TYPE'],
    check: (subject) => idKindViolation(factsOf(subject).supplierIdKind, 'supplier'),
    message:
      "L'identifiant de l'émetteur est un {word} (balise : {balise}) « {value} », que Chorus Pro ne reconnaît pas.",
    fix: 'Donnez le SIRET (01) ; pour un fournisseur sans SIRET : 05 TVA intracommunautaire, 06 hors UE, 07 TAHITI, 08 RIDET.',
  }),
  pesRule({
    id: 'ECL-PES-REC-KIND',
    severity: 'fatal',
    source: 'PES 3, NatIdTiers, and 8; docs/pes.md, nature-identifiant',
    confidence: 'ours',
    terms: ['recipient'],
    applies: (subject) => refusedKind(factsOf(subject).recipientIdKind),
    overrides: ['ECL-REC-TYPE', 'ECL-REC-SIRET'],
    check: (subject) => idKindViolation(factsOf(subject).recipientIdKind, 'recipient'),
    message:
      "L'identifiant du débiteur est un {word} (balise : {balise}) « {value} » : un destinataire se désigne par son SIRET.",
    fix: 'Donnez le SIRET du débiteur, avec NatIdTiers 01.',
  }),
];

type Wrapping = 'zip' | 'none' | 'broken' | 'too-large';

const wrapped =
  (wrapping: Wrapping) =>
  ({ invoice }: PlacedInvoice, { pieces }: RuleContext): readonly Violation[] =>
    invoice.attachments.flatMap(({ piece, filename }, i) =>
      violatedWhen(
        piece !== null && pieces.get(piece)?.wrapping === wrapping,
        `attachments[${i}].piece`,
        filename,
      ),
    );

/** How the content of a PJ is wrapped: gzip, then base64 (PES 0, point 8). */
export const pieceRules: readonly Rule[] = [
  pesRule({
    id: 'ECL-PES-PJ-GZIP',
    overrides: ['ECL-PJ-BARE'],
    severity: 'fatal',
    source: 'PES 0 (8) and 3, PES_PJ',
    confidence: 'confirmed',
    terms: ['BG-24'],
    check: wrapped('none'),
    message:
      "La pièce jointe (balise : {balise}) « {value} » n'est pas compressée : son contenu doit être en gzip.",
    fix: 'Compressez le fichier avec gzip, puis encodez le résultat en base64.',
  }),
  pesRule({
    id: 'ECL-PES-PJ-BROKEN',
    severity: 'fatal',
    source: 'PES 0 (8) and 3, PES_PJ; RFC 1952',
    confidence: 'confirmed',
    terms: ['BG-24'],
    check: wrapped('broken'),
    message:
      'La pièce jointe (balise : {balise}) « {value} » ne peut pas être décompressée : son gzip est abîmé ou tronqué.',
    fix: 'Compressez de nouveau le fichier, vérifiez le résultat avec « gzip -t », puis encodez-le en base64.',
  }),
  pesRule({
    id: 'ECL-PES-PJ-SIZE',
    severity: 'fatal',
    source: 'DOMAIN 2.3; settings limits.unpackedBytesMax, unpackRatioMax, unpackMsMax',
    confidence: 'ours',
    terms: ['BG-24'],
    check: wrapped('too-large'),
    message:
      'La pièce jointe (balise : {balise}) « {value} » dépasse, une fois décompressée, la taille ou la durée admises.',
    fix: 'Réduisez la pièce jointe, ou répartissez-la en plusieurs.',
  }),
  pesRule({
    id: 'ECL-PES-PJ-ZIP',
    severity: 'warning',
    source: 'PES 0 (8); docs/pes.md, pj-zip',
    confidence: 'ours',
    terms: ['BG-24'],
    check: wrapped('zip'),
    message:
      'La pièce jointe (balise : {balise}) « {value} » est un ZIP au lieu d’un gzip : elle est transmise telle quelle.',
    fix: 'Compressez les pièces jointes du PES avec gzip.',
  }),
];
