import { Fault, type FaultCode } from '../errors.js';
import { Problem } from './problem.js';

/** Faults that an order may meet and that are no error of ours, as people read them. */
const told: Partial<Record<FaultCode, readonly [status: 404 | 409 | 503, title: string, remedy: string]>> = {
  REPLAY_REFUSED: [
    409,
    'Ce flux ne peut pas être retraité tel qu’il est maintenant.',
    'Ouvrez sa fiche : il est peut-être déjà en cours, intégré, ou purgé.',
  ],
  CONTENT_PURGED: [
    409,
    'Le contenu a été purgé : il ne peut plus être traité ni envoyé.',
    'Demandez un nouveau dépôt au fournisseur.',
  ],
  NOT_FOUND: [404, 'Ce qui est demandé n’existe plus.', 'Repartez de la liste.'],
  ANTIVIRUS_UNREACHABLE: [
    503,
    'L’antivirus ne répond pas : aucune pièce ne peut être jointe.',
    'Réessayez dans quelques minutes ; rien n’est fait.',
  ],
  ANTIVIRUS_FAILED: [
    503,
    'L’antivirus n’a pas pu examiner la pièce.',
    'Réessayez dans quelques minutes ; rien n’est fait.',
  ],
  CONNECTION_FAILED: [
    503,
    'Le serveur du partenaire ne répond pas.',
    'Vérifiez l’hôte, le port et le compte, puis recommencez.',
  ],
  HOST_KEY_REFUSED: [
    409,
    'Le serveur ne montre pas la clé attendue : rien ne lui a été envoyé.',
    'Comparez les empreintes avec celles que donne le partenaire.',
  ],
};

/** Runs an order; what it may be refused for is told to people, everything else stays a fault. */
export async function toldToPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    // Its text is written for people.
    if (thrown.code === 'MOVE_REFUSED')
      throw new Problem(
        409,
        thrown.message,
        'Rien n’est modifié : la fiche de la facture dit où elle en est.',
      );
    const known = told[thrown.code];
    if (known === undefined) throw thrown;
    const [status, title, remedy] = known;
    throw new Problem(status, title, remedy);
  }
}

/** What somebody says about what they do. @throws Problem 400. */
export function noteOf(text: string): string {
  const note = text.replace(/\s+/g, ' ').trim().slice(0, 500);
  if (note.length >= 3) return note;
  throw new Problem(
    400,
    'La note manque.',
    'Dites en quelques mots ce que vous faites : vos collègues la lisent à côté de l’alerte.',
  );
}

/** Why something is done, for the audit trail. @throws Problem 400. */
export function reasonOf(text: string | undefined): string {
  const reason = (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 500);
  if (reason.length >= 3) return reason;
  throw new Problem(
    400,
    'Le motif manque.',
    'Dites en quelques mots pourquoi : il est gardé dans le journal, avec votre nom et l’heure.',
  );
}
