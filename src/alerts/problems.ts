import type { Problem } from '../domain/alert.js';
import { momentInParis } from '../domain/dates.js';
import type { PartnerHealth } from '../ports/store.js';
import type { LateDelivery, LateFlow, RefusedPivot } from '../ports/store-alerts.js';
import type { DeadJob } from '../ports/store-jobs.js';

const at = (iso: string): string => momentInParis(new Date(iso));

/** A flow that has no verdict within its deadline. */
export function lateFlow(flow: LateFlow): Problem {
  return {
    key: `flow-late:${flow.id}`,
    kind: 'flow-late',
    partner: flow.partner,
    flow: flow.id,
    delivery: null,
    since: flow.receivedAt,
    text: `Le flux ${flow.depositedName} de ${flow.partner}, reçu le ${at(flow.receivedAt)}, n'a pas encore de verdict.`,
    fix: `Regardez où il en est : ecluse flows show ${flow.id}. Si tout attend, vérifiez le moteur : ecluse doctor.`,
  };
}

/** A flow that is tried no more until somebody says so. */
export function deadJob(job: DeadJob): Problem {
  const tries =
    job.faults === 0 ? `${job.cuts} tentatives interrompues de suite` : `${job.faults} échecs de suite`;
  return {
    key: `job-dead:${job.flow}`,
    kind: 'job-dead',
    partner: job.partner,
    flow: job.flow,
    delivery: null,
    since: job.deadAt,
    text: `Le flux ${job.depositedName} de ${job.partner} est mis de côté depuis le ${at(job.deadAt)} après ${tries} : ${job.error ?? 'cause inconnue'}. Son déposant n'a pas encore de réponse.`,
    fix: `Levez la cause, puis : ecluse jobs dead retry ${job.flow}. Sinon, abandonnez-le, son déposant en est averti : ecluse jobs dead drop ${job.flow} --reason "...".`,
  };
}

/** A report that is ready, and that could not be written into the partner's folder within the deadline. */
export function lateReport(delivery: LateDelivery): Problem {
  const error = delivery.lastError === null ? '' : ` Dernière erreur : ${delivery.lastError}`;
  return {
    key: `report-late:${delivery.id}`,
    kind: 'report-late',
    partner: delivery.partner,
    flow: delivery.flow,
    delivery: delivery.id,
    since: delivery.at,
    text: `Le compte rendu ${delivery.name}, prêt depuis le ${at(delivery.at)}, n'est pas encore écrit chez ${delivery.partner}.${error}`,
    fix: `Vérifiez le dossier du partenaire : ecluse partners show ${delivery.partner}, puis ecluse doctor.`,
  };
}

export function notFetched(delivery: LateDelivery): Problem {
  return {
    key: `not-fetched:${delivery.id}`,
    kind: 'not-fetched',
    partner: delivery.partner,
    flow: delivery.flow,
    delivery: delivery.id,
    since: delivery.at,
    text: `Le fichier ${delivery.name}, remis à ${delivery.partner} le ${at(delivery.at)}, n'a pas été relevé.`,
    fix: `Demandez à ${delivery.partner} si sa relève fonctionne. La liste : ecluse deliveries list --partner ${delivery.partner} --not-fetched.`,
  };
}

export function failedDelivery(delivery: LateDelivery): Problem {
  return {
    key: `delivery-failed:${delivery.id}`,
    kind: 'delivery-failed',
    partner: delivery.partner,
    flow: delivery.flow,
    delivery: delivery.id,
    since: delivery.at,
    text: `L'envoi ${delivery.name} à ${delivery.partner} est abandonné : ${delivery.lastError ?? 'cause inconnue'}`,
    fix: `Levez la cause, puis : ecluse deliveries resend ${delivery.name} --reason "...".`,
  };
}

/** A pivot that its recipient could not take over. */
export function refusedPivot(pivot: RefusedPivot): Problem {
  const why = pivot.comment === null ? '' : ` Motif : ${pivot.comment}`;
  const what = pivot.code === '96' ? "n'a intégré qu'une partie" : "n'a pas pu prendre en charge le contenu";
  return {
    key: `pivot-refused:${pivot.id}`,
    kind: 'pivot-refused',
    partner: pivot.recipient,
    flow: pivot.flow,
    delivery: pivot.id,
    since: pivot.at,
    text: `${pivot.recipient} ${what} du pivot ${pivot.name} (statut ${pivot.code}, flux de ${pivot.issuer}).${why}`,
    fix: `Voyez le détail : ecluse flows show ${pivot.flow}. Cause levée, renvoyez : ecluse deliveries resend ${pivot.name} --reason "...".`,
  };
}

/** A folder or server that has failed several times in a row. */
export function unreachable(health: PartnerHealth): Problem {
  const side = health.side === 'intake' ? 'de dépôt' : 'de retrait';
  const retry = health.retryAt === null ? '' : ` Prochain essai le ${at(health.retryAt)}.`;
  return {
    key: `partner-unreachable:${health.partner}:${health.side}`,
    kind: 'partner-unreachable',
    partner: health.partner,
    flow: null,
    delivery: null,
    since: health.since,
    text: `Le dossier ${side} de ${health.partner} ne répond plus depuis le ${at(health.since)} (${health.faults} échecs de suite) : ${health.error ?? 'cause inconnue'}.${retry}`,
    fix: `Vérifiez le serveur et la configuration : ecluse doctor, ecluse partners show ${health.partner}. Le moteur réessaie de lui-même.`,
  };
}

/** Why nothing is taken in, in the words that were kept when it stopped. */
export function intakeHeld(text: string, since: string): Problem {
  return {
    key: 'intake-held',
    kind: 'intake-held',
    partner: null,
    flow: null,
    delivery: null,
    since,
    text,
    fix: "Libérez de la place : la prise en charge reprend d'elle-même.",
  };
}

/** What `ecluse archive verify` found, until a whole verification finds nothing. @param outcome JSON, as it is kept */
export function archiveDamaged(outcome: string): Problem {
  const { at: since, damages } = JSON.parse(outcome) as { at: string; damages: number };
  return {
    key: 'archive-damaged',
    kind: 'archive-damaged',
    partner: null,
    flow: null,
    delivery: null,
    since,
    text: `L'archive est endommagée : ${damages} fichiers altérés, absents ou illisibles à la vérification du ${at(since)}.`,
    fix: "La liste : ecluse archive verify. Remettez ces fichiers depuis une sauvegarde, puis vérifiez de nouveau : l'alerte se lève quand tout est sain.",
  };
}

const titles: Partial<Record<Problem['kind'], string>> = {
  'flow-late': 'flux sans verdict',
  'job-dead': 'flux mis de côté',
  'report-late': 'comptes rendus en attente',
  'not-fetched': 'fichiers non relevés',
  'delivery-failed': 'envois abandonnés',
  'pivot-refused': 'pivots refusés par leur destinataire',
};

/** Stands for those of a kind beyond the number that is told one by one. */
export function more(kind: Problem['kind'], max: number, since: string): Problem {
  return {
    key: `more:${kind}`,
    kind: 'more',
    partner: null,
    flow: null,
    delivery: null,
    since,
    text: `Plus de ${max} alertes du même genre (${titles[kind] ?? kind}) : les suivantes ne sont pas annoncées une à une.`,
    fix: 'Regardez les listes : ecluse flows late, ecluse jobs dead list, ecluse deliveries list --not-fetched.',
  };
}
