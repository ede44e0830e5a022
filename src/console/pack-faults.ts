import { Fault } from '../errors.js';
import { faultText } from './fault-texts.js';
import { Problem } from './problem.js';
import { duration, size } from './ui/show.js';

/** Why a rule pack cannot be looked at, installed or removed, and what to do. French. */
export interface PackProblem {
  readonly text: string;
  readonly remedy: string;
  /** As the engine says it. */
  readonly code: string;
  readonly detail: string;
}

type Told = readonly [pattern: RegExp, text: string, remedy: string];

const again = 'Téléchargez de nouveau l’archive là où elle est publiée, puis recommencez.';
const ambiguous = 'Décompressez l’archive et déposez le seul fichier .sch qui convient.';

/** Messages of `src/validate/packs`, which commands tell in English. */
const told: readonly Told[] = [
  [
    /no Schematron file/,
    'Le fichier ne contient aucune règle Schematron (.sch).',
    'Déposez l’archive officielle telle qu’elle est publiée, ou le fichier .sch lui-même.',
  ],
  [
    /none of the syntaxes/,
    'Ces règles ne parlent d’aucune des syntaxes vérifiées ici : facture UBL, avoir UBL, CII.',
    'Vérifiez que c’est bien l’archive qu’il vous faut.',
  ],
  [
    /are both rules of/,
    'Deux fichiers de l’archive portent des règles différentes pour une même syntaxe.',
    ambiguous,
  ],
  [
    /includes other files/,
    'Le fichier de règles en appelle d’autres : c’est une source, non le fichier publié.',
    'Prenez l’archive publiée, qui contient aussi le fichier complet (souvent nommé « preprocessed »).',
  ],
  [/the archive cannot be read/, 'L’archive ne peut pas être lue.', again],
  [/not a well-formed XML file|cannot be read as/, 'Un fichier de règles n’est pas du XML lisible.', again],
  [/more than \d+ (bytes|Schematron)/, 'L’archive contient trop, ou un fichier trop gros.', ambiguous],
  [
    /its set cannot be told|--set .* the sets found are|holds several sets/,
    'Le jeu de règles ne peut pas être reconnu, ou l’archive en contient plusieurs.',
    'Donnez le nom du jeu, puis recommencez ; une version ne se donne que pour un seul jeu.',
  ],
  [
    /no version can be read/,
    'La version ne se lit ni dans les noms ni dans les commentaires.',
    'Donnez la version, puis regardez de nouveau.',
  ],
  [
    /cannot be the name of a rule pack/,
    'Ce nom de jeu n’est pas admis.',
    'Prenez des minuscules, des chiffres, des points ou des tirets ; xsd, chorus, envelope, schema et directory sont réservés.',
  ],
  [
    /cannot be a version/,
    'Cette version n’est pas admise.',
    'Prenez des lettres, des chiffres, des points ou des tirets, par exemple 1.3.16.',
  ],
  [
    /a day such as|cannot be valid from/,
    'Les dates de validité ne conviennent pas.',
    'Donnez deux jours, le second après le premier, ou laissez vide.',
  ],
  [
    /is installed with other rules for/,
    'Cette version est déjà installée avec d’autres règles pour la même syntaxe.',
    'Donnez-lui une autre version, ou retirez d’abord celle qui est là.',
  ],
];

/** @param msMax the deadline of the order, for its text */
export function packProblem(thrown: unknown, msMax: number): PackProblem {
  // What is no fault is an error of ours, or a problem that is told already.
  if (!(thrown instanceof Fault)) throw thrown;
  const { code, message: detail } = thrown;
  const is = (text: string, remedy: string): PackProblem => ({ text, remedy, code, detail });
  if (code === 'WORKER_TIMEOUT')
    return is(
      `La lecture des règles a été arrêtée après ${duration(msMax)} : rien n’est installé.`,
      'Recommencez quand le moteur est moins chargé. Si cela dure, augmentez le réglage console.packMsMax.',
    );
  if (code === 'WORKER_FAILED')
    return is(
      'La lecture des règles s’est interrompue : rien n’est installé.',
      'L’archive est peut-être démesurée. Vérifiez-la, puis recommencez.',
    );
  if (code === 'RULES_UNSUPPORTED')
    return is(
      'Une règle emploie une construction que le moteur ne sait pas appliquer : rien n’est installé.',
      'Regardez de nouveau ce que contient l’archive.',
    );
  const known = told.find(([pattern]) => pattern.test(detail));
  if (known !== undefined) return is(known[1], known[2]);
  if (code === 'USAGE' || code === 'RULES_INVALID' || code === 'FILE_UNREADABLE')
    return is(faultText(code), again);
  throw thrown;
}

/** @throws Problem 413 in place of the one that speaks of flows. */
export function packTooLarge(thrown: unknown, bytesMax: number): unknown {
  if (!(thrown instanceof Problem) || thrown.status !== 413) return thrown;
  return new Problem(
    413,
    `Le fichier dépasse ${size(bytesMax)}.`,
    'Les archives officielles font quelques mégaoctets : vérifiez que c’est la bonne. Sinon, un administrateur du serveur l’installe avec la commande ecluse rules install.',
  );
}
