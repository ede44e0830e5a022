import type { Role } from './roles.js';

/** How sure a line is (DOMAIN, confidence tags): confirmed, told by an integrator, our own inference. */
export type Sureness = 'C' | 'I' | 'G';

/** Codes that an invoice may stand at when one role sets the row's code; none: the code is a first one. */
export interface Move {
  readonly role: Role;
  readonly from: readonly string[];
}

/** One status of an invoice (CPPStatut, IdStatut 01 to 41; DOMAIN 6.2). */
export interface StatusRow {
  /** Two digits. */
  readonly code: string;
  /** French. */
  readonly label: string;
  /** Name in Chorus Pro's API, null when not known. */
  readonly apiName: string | null;
  readonly moves: readonly Move[];
  /** Every role of `moves`. */
  readonly setBy: readonly Role[];
  /** Every code of `moves`, in order. */
  readonly from: readonly string[];
  /** Nothing follows it. */
  readonly final: boolean;
  /** Whether who sets it must say why. */
  readonly reason: 'mandatory' | 'optional';
  /** Invoices of which kind it concerns: every one, or those of works only. */
  readonly kinds: 'every' | 'works';
  /** How sure the label is. */
  readonly confidence: Sureness;
  /** How sure it is who sets it, and after what. */
  readonly matrix: Sureness;
  /** Document and section of the label, then of the matrix. */
  readonly source: string;
}

type Row = Omit<StatusRow, 'setBy' | 'from'>;
type Facts = Partial<Pick<Row, 'final' | 'reason' | 'kinds' | 'matrix'>> & {
  readonly confidence: Sureness;
  readonly source: string;
};

const codes = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
const by = (role: Role, from: string): Move => ({ role, from: codes(from) });

function row(code: string, label: string, apiName: string | null, moves: readonly Move[], facts: Facts): Row {
  return {
    code,
    label,
    apiName,
    moves,
    final: false,
    reason: 'optional',
    kinds: 'every',
    matrix: 'G',
    ...facts,
  };
}

const ordinary = { confidence: 'C', source: 'DOMAIN 6.2, 6.3' } as const;
const works = { confidence: 'I', source: 'DOMAIN 6.2', kinds: 'works' } as const;
const named = { confidence: 'G', source: 'DOMAIN 6.2', kinds: 'works' } as const;
const refusal = { final: true, reason: 'mandatory' } as const;
const wrongWay = { reason: 'mandatory' } as const;

/** Statuses after which a step of a works circuit is done, so that the engine passes the invoice on. */
const stepDone = '13 15 16 18 21 29 38';
/** Statuses at which the recipient has an invoice in hand. */
const inHand = '03 07 12 35 36';

/**
 * The statuses of an invoice as data: who sets which, after which. The specifications give the normal path (DOMAIN
 * 6.3 [C]) and no matrix; rows of matrix `G` are our choice, explained in docs/statuses.md.
 */
// biome-ignore format: a table reads by its rows
const rows: readonly Row[] = [
  row('01', 'Déposée', 'DEPOSEE', [by('chorus', '')], { ...ordinary, matrix: 'C' }),
  row('02', "En cours d'acheminement vers le destinataire", 'EN_COURS_ACHEMINEMENT', [by('chorus', `01 04 12 33 ${stepDone}`)], { ...ordinary, matrix: 'C' }),
  row('03', 'Mise à disposition du destinataire', 'MISE_A_DISPOSITION', [by('chorus', `01 02 04 12 33 ${stepDone}`), by('recipient', '06 07 35 36')], { ...ordinary, matrix: 'I' }),
  row('04', "Rejetée par l'ordonnateur, erreur de données d'acheminement", 'A_RECYCLER', [by('recipient', '03 06 12 36')], { ...ordinary, ...wrongWay }),
  row('05', "Rejetée par l'ordonnateur, autre motif", 'REJETEE', [by('recipient', '03 06 07 08 12 35 36')], { ...ordinary, ...refusal, matrix: 'I' }),
  row('06', 'Suspendue', 'SUSPENDUE', [by('recipient', '03 07 08 12 36')], { ...ordinary, reason: 'mandatory', matrix: 'I' }),
  row('07', 'Service fait', 'SERVICE_FAIT', [by('recipient', '03 12 35 36')], { ...ordinary, matrix: 'C' }),
  row('08', 'Mandatée / DP validée', 'MANDATEE', [by('recipient', inHand)], { ...ordinary, matrix: 'C' }),
  row('09', 'Mise à disposition du comptable', 'MISE_A_DISPOSITION_COMPTABLE', [by('recipient', '08'), by('accountant', '08')], { ...ordinary, matrix: 'C' }),
  row('10', 'Comptabilisée', 'COMPTABILISEE', [by('accountant', '08 09'), by('recipient', '08 09')], { ...ordinary, matrix: 'C' }),
  row('11', 'Mise en paiement', 'MISE_EN_PAIEMENT', [by('accountant', '08 09 10'), by('recipient', '08 09 10')], { ...ordinary, final: true, matrix: 'C' }),
  row('12', 'Complétée', 'COMPLETEE', [by('supplier', '06 34'), by('recipient', '06')], { ...ordinary, matrix: 'C' }),
  row('13', 'Validée par le premier valideur', 'VALIDEE_1', [by('validator1', '23')], { ...named }),
  row('14', 'Refusée par le premier valideur, autre motif', 'REFUSEE_1', [by('validator1', '23')], { ...works, ...refusal }),
  row('15', 'Validation du premier valideur hors délai', 'ABSENCE_VALIDATION_1_HORS_DELAI', [by('chorus', '23')], { ...works }),
  row('16', 'Validée par le deuxième valideur', 'VALIDEE_2', [by('validator2', '25')], { ...works }),
  row('17', 'Refusée par le deuxième valideur, autre motif', 'REFUSEE_2', [by('validator2', '25')], { ...works, ...refusal }),
  row('18', 'Validation du deuxième valideur hors délai', 'ABSENCE_VALIDATION_2_HORS_DELAI', [by('chorus', '25')], { ...works }),
  row('19', 'Refusée par la MOE, autre motif', 'REFUSEE_MOE', [by('moe', '27 29 40')], { ...works, ...refusal }),
  row('20', 'Refusée par le fournisseur, autre motif', 'REFUSEE_FOURNISSEUR', [by('supplier', '33')], { ...works, ...refusal }),
  row('21', 'Associée', 'ASSOCIEE', [by('moe', '27 29 40'), by('moa', '30 38 39')], { ...works }),
  row('22', 'Conforme, non intégrée', null, [by('chorus', '')], { confidence: 'I', source: 'DOMAIN 6.2', final: true }),
  row('23', 'Mise à disposition du premier valideur', 'A_VALIDER_1', [by('chorus', '01 12 24')], { ...works }),
  row('24', "Refusée par le premier valideur, erreur d'acheminement", 'ERREUR_FOURNISSEUR_SUR_VALIDEUR', [by('validator1', '23')], { ...works, ...wrongWay }),
  row('25', 'Mise à disposition du deuxième valideur', 'A_VALIDER_2', [by('chorus', '01 12 13 15 26')], { ...works }),
  row('26', "Refusée par le deuxième valideur, erreur d'acheminement", 'ERREUR_COTRAITANT_SUR_VALIDEUR', [by('validator2', '25')], { ...works, ...wrongWay }),
  row('27', 'Mise à disposition de la MOE', 'MISE_A_DISPOSITION_MOE', [by('chorus', '01 12 13 15 16 18 28 40')], { ...works }),
  row('28', "Refusée par la MOE, erreur d'acheminement", 'ERREUR_DE_MOE', [by('moe', '27 40')], { ...works, ...wrongWay }),
  row('29', 'Prise en compte par la MOE', 'PRISE_EN_COMPTE_MOE', [by('moe', '27 40')], { ...works }),
  row('30', 'Mise à disposition de la MOA', 'MISE_A_DISPOSITION_MOA', [by('chorus', '01 12 13 15 16 18 21 29 31 35 39')], { ...works }),
  row('31', "Refusée par la MOA, erreur d'acheminement", 'ERREUR_DE_MOA', [by('moa', '30 39')], { ...works, ...wrongWay }),
  row('32', 'Refusée par la MOA, autre motif', 'REFUSEE_MOA', [by('moa', '30 38 39')], { ...works, ...refusal }),
  row('33', 'Mise à disposition du fournisseur', null, [by('chorus', '01 21 29 38')], { ...works }),
  row('34', 'Demande de complément', 'A_COMPLETER', [by('validator1', '23'), by('validator2', '25'), by('moe', '27 29 40'), by('moa', '30 38 39')], { ...works, reason: 'mandatory' }),
  row('35', 'Transmise à la MOA', 'TRANSMISE_MOA', [by('recipient', '03 07 12 36')], { ...works }),
  row('36', 'Prise en compte par le destinataire', 'PRISE_EN_COMPTE_DESTINATAIRE', [by('recipient', '03 12')], { confidence: 'I', source: 'DOMAIN 6.2, 6.3' }),
  row('37', 'Non conforme, non intégrée', 'NON_CONFORME', [by('chorus', '')], { confidence: 'I', source: 'DOMAIN 6.2', final: true }),
  row('38', 'Prise en compte par la MOA', 'PRISE_EN_COMPTE_MOA', [by('moa', '30 39')], { ...works }),
  row('39', 'Acheminée à la MOA', 'A_ASSOCIER_MOA', [by('chorus', '01 12 13 15 16 18 21 29 31 35')], { ...works }),
  row('40', 'Acheminée à la MOE', 'A_ASSOCIER_MOE', [by('chorus', '01 12 13 15 16 18 28')], { ...works }),
  // The schema has the code; no source tells what it means: it is known, and nobody sets it.
  row('41', 'Libellé inconnu', null, [], { confidence: 'G', source: 'DOMAIN 6.2, 13 (7)', final: true }),
];

const inOrder = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();

/** Every status of an invoice, by code. */
export const statusTable: readonly StatusRow[] = rows.map((one) => ({
  ...one,
  setBy: [...new Set(one.moves.map((move) => move.role))],
  from: inOrder(one.moves.flatMap((move) => move.from)),
}));

/** One status of a flow (CPPStatut, IdStatut 90 to 96; DOMAIN 6.1). */
export interface FlowStatusRow {
  readonly code: string;
  /** French. */
  readonly label: string;
  /** `chorus` in our reports on deposits, `recipient` in a partner's report on a pivot that it received. */
  readonly setBy: readonly ('chorus' | 'recipient')[];
  /** Whether the pivot was lost to the recipient, all or part. */
  readonly failure: boolean;
  readonly confidence: Sureness;
  readonly source: string;
}

const flowSource = { confidence: 'C', source: 'DOMAIN 6.1; who sets it: ours' } as const;

// biome-ignore format: a table reads by its rows
export const flowStatusTable: readonly FlowStatusRow[] = [
  { code: '90', label: 'Reçu', setBy: ['chorus', 'recipient'], failure: false, ...flowSource },
  { code: '91', label: 'En cours de transmission', setBy: ['chorus', 'recipient'], failure: false, ...flowSource },
  { code: '92', label: 'Reçu par le destinataire final', setBy: ['recipient'], failure: false, ...flowSource },
  { code: '93', label: 'Erreur de réception', setBy: ['chorus', 'recipient'], failure: true, ...flowSource },
  { code: '94', label: 'Erreur de réception chez le destinataire final', setBy: ['recipient'], failure: true, ...flowSource },
  { code: '95', label: 'Erreur de transmission au destinataire final', setBy: ['chorus', 'recipient'], failure: true, ...flowSource },
  { code: '96', label: 'Reçu, intégration partielle', setBy: ['chorus', 'recipient'], failure: true, ...flowSource },
];

const byCode = new Map(statusTable.map((one) => [one.code, one]));
const flowByCode = new Map(flowStatusTable.map((one) => [one.code, one]));

/** A code in two digits: the schema takes `7` for `07` (DOMAIN 7.1). A text that is no number stays as it is. */
export function twoDigits(code: string): string {
  const digits = /^\s*0*(\d+)\s*$/.exec(code)?.[1];
  return digits === undefined ? code : digits.padStart(2, '0');
}

/** The row of a status code; undefined when there is none. */
export function statusOf(code: string): StatusRow | undefined {
  return byCode.get(twoDigits(code));
}

/** The row of a flow status code; undefined when there is none. */
export function flowStatusOf(code: string): FlowStatusRow | undefined {
  return flowByCode.get(twoDigits(code));
}
