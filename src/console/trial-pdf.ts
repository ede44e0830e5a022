import { momentInParis } from '../domain/dates.js';
import type { TrialReport } from '../pipeline/trial.js';
import { renderNotesPdf } from '../readable/notes-pdf.js';
import { shownValue } from './ui/finding.js';
import { verdictOf } from './ui/trial.js';

/** The report of the banc d'essai as a PDF for a supplier. */
export function trialPdf(report: TrialReport): Promise<Buffer> {
  const at = new Date(report.at);
  return renderNotesPdf({
    title: 'Rapport d’essai',
    verdict: verdictOf(report),
    at,
    facts: [
      ['Fichier', report.givenName],
      ['Essayé le', momentInParis(at)],
      ...(report.interface === null
        ? []
        : [['Interface', `${report.interface.code}, ${report.interface.label}`] as const]),
      ['Factures bonnes', `${report.integrated} sur ${report.received}`],
      ['Empreinte SHA-256', report.sha256],
    ],
    head:
      report.findings.length === 0
        ? 'Rien à signaler'
        : `Ce qui a été trouvé (${report.findings.length + report.findingsMore})`,
    notes: report.findings.map(({ rule, severity, message, fix, invoice, line, path, value }) => ({
      title: `${severity === 'fatal' ? 'Bloquant' : 'Avertissement'} : ${rule}`,
      text: message,
      facts: [
        ...(invoice === null ? [] : [['Facture', invoice] as const]),
        ...(line === null ? [] : [['Ligne', String(line)] as const]),
        ...(path === null ? [] : [['Chemin', path] as const]),
        ...(value === null ? [] : [['Valeur lue', shownValue(value)] as const]),
      ],
      remedy: fix,
    })),
    closing:
      'Essai sans effet : rien n’a été transmis ni enregistré comme dépôt. Le verdict vaut pour les règles et l’annuaire du jour de l’essai.',
  });
}

/** A name for the file. */
export function pdfName({ givenName }: TrialReport): string {
  const stem = givenName
    .replace(/\.[^.]{1,5}$/, '')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 60);
  return `essai-${stem === '' ? 'fichier' : stem}.pdf`;
}
