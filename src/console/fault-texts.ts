import type { FaultCode } from '../errors.js';

/** What a fault of ours or of the surroundings means for the people who read about it; the log has the engine's words. */
const texts: Readonly<Record<FaultCode, string>> = {
  CONFIG_UNREADABLE: 'Le fichier de configuration ne peut pas être lu.',
  CONFIG_INVALID: 'Une valeur de la configuration n’est pas admise.',
  SECRET_UNRESOLVED: 'Un secret que nomment les réglages est introuvable.',
  SCHEMA_MISSING: 'Un schéma manque ou n’est pas utilisable.',
  RULES_UNSUPPORTED: 'Un jeu de règles contient une construction que le moteur ne sait pas appliquer.',
  RULES_INVALID: 'Un jeu de règles n’est pas utilisable.',
  RULES_CORRUPT: 'Un jeu de règles installé a été modifié depuis son installation.',
  RULES_MISSING:
    'Un jeu de règles que demandent les réglages n’est pas installé, ou n’est pas valable à cette date.',
  STORE_UNAVAILABLE: 'La base de données ne répond pas.',
  STORE_MIGRATION: 'La base de données a une version que ce programme ne connaît pas.',
  STORE_CONFLICT: 'Un autre traitement a changé la même chose au même moment.',
  ENGINE_RUNNING: 'Un autre moteur travaille sur le même dossier.',
  LEASE_LOST: 'Un autre processus a repris ce travail.',
  FOLDER_UNUSABLE: 'Un dossier ne peut pas être lu, créé ou écrit.',
  CONNECTION_FAILED: 'Le serveur du partenaire ne répond pas, ou refuse la connexion.',
  HOST_KEY_REFUSED: 'Le serveur ne montre pas la clé attendue : rien ne lui a été envoyé.',
  ANTIVIRUS_UNREACHABLE: 'L’antivirus ne répond pas.',
  ANTIVIRUS_FAILED: 'L’antivirus n’a pas pu examiner le fichier.',
  FILE_CHANGED: 'Le fichier a changé pendant sa reprise.',
  FILE_UNREADABLE: 'Le fichier ne peut pas être lu.',
  ARCHIVE_CORRUPT: 'Le fichier conservé n’est plus celui qui avait été reçu.',
  DELIVERY_CONFLICT: 'Un autre fichier porte déjà le nom de cet envoi.',
  DELIVERY_FAILED: 'L’envoi n’a pas pu être écrit chez le partenaire.',
  ALERT_FAILED: 'L’alerte n’a pas pu partir par cette voie.',
  WORKER_FAILED: 'Le traitement s’est interrompu.',
  WORKER_UNAVAILABLE: 'Aucun traitement ne peut commencer : le moteur s’arrête ou manque de place.',
  WORKER_TIMEOUT: 'Le traitement a dépassé le temps qui lui est accordé.',
  DIRECTORY_IMPORT: 'Le fichier d’annuaire ne peut pas être importé.',
  BACKUP_FAILED: 'La sauvegarde ou la restauration n’a pas abouti.',
  REPLAY_REFUSED: 'Ce flux ne peut pas être retraité tel qu’il est maintenant.',
  MOVE_REFUSED: 'Cette facture ne peut pas être modifiée telle qu’elle est maintenant.',
  CONTENT_PURGED: 'Le contenu a été purgé : il ne peut plus être lu.',
  ERASE_REFUSED: 'L’effacement n’est pas possible en l’état.',
  CONSOLE_UNAVAILABLE: 'La console ne peut pas ouvrir son adresse.',
  NOT_FOUND: 'Ce qui est demandé n’existe plus.',
  USAGE: 'La demande n’a pas été comprise.',
  INTERNAL: 'Une erreur imprévue est survenue.',
};

/** One sentence in French. @param code of a fault, or whatever stands in its place; null: not known */
export function faultText(code: string | null): string {
  return code !== null && Object.hasOwn(texts, code) ? texts[code as FaultCode] : texts.INTERNAL;
}
