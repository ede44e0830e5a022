// Samples of the life of an invoice: what recipients tell of it, and of the pivot that brought it.
import { flowId, flowName, piece } from './names.mjs';
import { fluxStatuts, statuts } from './statut.mjs';
import { ubl } from './ubl.mjs';

const invoice = (number, sequence) => ({
  [flowName('FSO1100A', sequence)]: ubl({ number, piece: piece(number) }),
});
const from = (code, sequence, write, told) => ({
  [flowName(code, sequence, 'COL001')]: write(flowId(code, sequence, 'COL001'), told),
});

export const statutCases = {
  'statuses-in': {
    title:
      'A recipient tells that an invoice is suspended, then that it is to be paid: the issuer is told in its words',
    in: invoice('VIE-2026-0001', 61),
    recipient: from('FSO1201A', 1, statuts, [
      {
        number: 'VIE-2026-0001',
        code: '06',
        reason: 'Pièce manquante',
        comment: 'Joignez le bon de livraison signé.',
        at: '2026-03-02T10:15:00+01:00',
      },
      { number: 'VIE-2026-0001', code: '03', at: '2026-03-02T10:40:00+01:00' },
      { number: 'VIE-2026-0001', code: '7', at: '2026-03-02T10:41:00+01:00' },
      {
        number: 'VIE-2026-0001',
        code: '08',
        mandate: '2026-BD12-0457',
        producer: 'COMPTA01',
        at: '2026-03-02T10:42:00+01:00',
      },
    ]),
  },
  'statuses-refused': {
    title:
      'Statuses that cannot be given: wrong order, no reason, unknown invoice, recipient of others; the good ones are',
    in: invoice('VIE-2026-0002', 62),
    recipient: from('FSO1201A', 2, statuts, [
      { number: 'VIE-2026-0002', code: '07' },
      { number: 'VIE-2026-0002', code: '07' },
      { number: 'VIE-2026-0002', code: '10' },
      { number: 'VIE-2026-0002', code: '06' },
      { number: 'VIE-2026-0002', code: '02' },
      { number: 'VIE-2026-9999', code: '07' },
      { number: 'VIE-2026-0002', code: '07', recipient: '11000201100044', service: 'AAASCPV' },
      { number: 'VIE-2026-0002', code: '05', comment: 'Facture déjà payée sous un autre numéro.' },
      { number: 'VIE-2026-0002', code: '08' },
    ]),
  },
  'pivot-report': {
    title:
      'A recipient tells that it has a pivot (92), then that it cannot use it (94), and speaks of one it never got',
    in: invoice('VIE-2026-0003', 63),
    recipient: from('CEN0036A', 3, fluxStatuts, [
      { flow: 'CPP0010036000000000000001', code: '92' },
      {
        flow: 'FEN0036A_COL001_CPP0010036000000000000001',
        code: '94',
        comment: 'Le logiciel de gestion a refusé le fichier.',
        lines: [{ nature: 'REJET', code: 'GF-12', label: 'Numéro d’engagement inconnu du budget 2026' }],
      },
      { flow: 'CPP0010036000000000009999', code: '92' },
    ]),
  },
};
