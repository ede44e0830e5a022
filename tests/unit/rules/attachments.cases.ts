import type { Attachment } from '../../../src/domain/invoice.js';
import type { PieceFacts } from '../../../src/domain/rule.js';
import { attachment, pdfInZip } from './base.js';
import type { Example, RuleCase } from './case.js';

type Inside = NonNullable<PieceFacts['inside']>;

const one = (patch: Partial<Attachment>, facts: PieceFacts = pdfInZip, more: Example = {}): Example => ({
  ...more,
  invoice: { attachments: [{ ...attachment, ...patch }] },
  pieces: [facts],
});
const zip = (...inside: Inside): PieceFacts => ({ sizeBytes: 500, type: 'zip', inside, problem: null });
const bare = (type: string, sizeBytes = 500): PieceFacts => ({
  sizeBytes,
  type,
  inside: null,
  problem: null,
});
const file = (name: string, type: string, sizeBytes = 100) => ({ name, type, sizeBytes });
const stuck = (problem: string): PieceFacts => ({ sizeBytes: 500, type: 'zip', inside: null, problem });
const docx = zip(file('[Content_Types].xml', 'xml'), file('word/document.xml', 'xml'));
const none = { invoice: { attachments: [] }, pieces: [] };
const reference: Attachment = { ...attachment, name: 'BL-7', mime: null, chorusType: null, piece: null };
const second = (chorusType: string): Example => ({
  invoice: { attachments: [attachment, { ...attachment, name: 'devis.pdf', chorusType, piece: 1 }] },
  pieces: [pdfInZip, pdfInZip],
});

export const attachmentCases: readonly RuleCase[] = [
  {
    rule: 'IRR_NOM_PJ',
    accept: [
      {},
      one({ name: `${'a'.repeat(46)}.pdf` }),
      one({ name: 'piece-1', filename: 'facture.pdf' }),
      { invoice: { attachments: [attachment, reference] } },
    ],
    refuse: [
      one({ name: `${'a'.repeat(47)}.pdf` }, pdfInZip, { term: 'attachments[0]', says: ['51 caractères'] }),
      one({ name: 'facture' }, pdfInZip, { says: ["n'a pas d'extension"] }),
      one({ name: null }, pdfInZip, { says: ['est absent'] }),
    ],
  },
  {
    rule: 'IRR_EXT_DOC',
    accept: [{}, one({ name: 'facture.PDF' }), one({ name: 'facture' })],
    refuse: [one({ name: 'facture.exe' }, pdfInZip, { says: ['« exe »'] })],
  },
  {
    rule: 'IRR_TAILLE_PJ',
    accept: [one({}, { ...pdfInZip, sizeBytes: 10 * 1024 * 1024 })],
    refuse: [
      one({}, { ...pdfInZip, sizeBytes: 11 * 1024 * 1024 }, { says: ['11,0 Mo', '10,0 Mo au plus'] }),
      one({}, pdfInZip, { options: { attachmentSizeBytesMax: 3999 } }),
    ],
  },
  {
    rule: 'IRR_VID_PJ',
    accept: [
      {},
      { invoice: { attachments: [attachment, reference] } },
      one({ uri: 'https://exemple.fr/facture.pdf', piece: null }),
      one({ name: 'note.odt' }, zip(file('mimetype', 'text'), file('vide', 'unknown', 0))),
    ],
    refuse: [
      one({ piece: null }, pdfInZip, { says: ['« facture.pdf » est vide'] }),
      one({}, bare('unknown', 0)),
      one({}, zip(), { says: ['sans aucun fichier'] }),
      one({}, zip(file('facture.pdf', 'unknown', 0))),
    ],
  },
  {
    rule: 'ECL-PJ-ZIP',
    accept: [{}],
    refuse: [
      one({}, stuck('broken'), { says: ['abîmé'] }),
      one({}, stuck('encrypted'), { says: ['mot de passe'] }),
      one({}, stuck('too-large')),
      one({}, stuck('too-many')),
    ],
  },
  {
    rule: 'ECL-PJ-ZIP-COUNT',
    accept: [
      {},
      one({ name: 'plans.zip' }, zip(file('a.pdf', 'pdf'), file('b.pdf', 'pdf'))),
      one({ name: 'note.docx' }, docx),
    ],
    refuse: [one({}, zip(file('a.pdf', 'pdf'), file('b.pdf', 'pdf')), { says: ['2 fichiers'] })],
  },
  {
    rule: 'ECL-PJ-CONTENT',
    accept: [
      {},
      one({}, bare('pdf')),
      one({ name: 'note.docx' }, docx),
      one({ name: 'note.docx' }, zip(file('note.docx', 'zip'))),
      one({ name: 'plans.zip' }, zip(file('a.pdf', 'pdf'))),
      one({ name: 'note.fax' }, bare('unknown')),
      one({}, stuck('broken')),
    ],
    refuse: [
      one({}, bare('png'), { says: ['« png » au lieu de « pdf »'] }),
      one({}, zip(file('virus.pdf', 'unknown')), { says: ['contenu inconnu'] }),
      one({ name: 'plans.zip' }, bare('pdf')),
      one({}, docx),
    ],
  },
  {
    rule: 'ECL-PJ-INSIDE',
    accept: [{}, one({ name: 'note.docx' }, zip(file('mimetype', 'text'), file('x.rels', 'xml')))],
    refuse: [one({}, zip(file('outil.exe', 'unknown')), { says: ['« outil.exe »'] })],
  },
  {
    rule: 'ECL-PJ-TYPE',
    accept: [{}, one({ chorusType: 'ZZZ' }), one({ chorusType: null }), one({ chorusType: '02' })],
    refuse: [one({ chorusType: '03' }, pdfInZip, { term: 'attachments[0].chorusType' })],
  },
  {
    rule: 'ECL-PJ-MAIN',
    accept: [
      {},
      one({ chorusType: 'ZZZ' }),
      second('02'),
      { invoice: { syntax: 'facturx', attachments: [] } },
    ],
    refuse: [
      { ...none, term: 'attachments' },
      one({ chorusType: '02' }),
      { invoice: { attachments: [reference] } },
      { ...none, kind: 'E5' },
    ],
    offIn: ['E1', 'E3', 'E4', 'none'],
  },
  {
    rule: 'ECL-PJ-MAIN-TWICE',
    accept: [{}, second('02')],
    refuse: [{ ...second('01'), term: 'attachments[1]', says: ['« devis.pdf »'] }],
  },
  {
    rule: 'ECL-PJ-BARE',
    accept: [{}, one({}, bare('unknown', 0)), one({ piece: null })],
    refuse: [one({}, bare('pdf'), { term: 'attachments[0]', says: ['« facture.pdf »', '« pdf »'] })],
  },
  {
    rule: 'ECL-PJ-FACTURX-MAIN',
    accept: [{}, { invoice: { syntax: 'facturx', attachments: [{ ...attachment, chorusType: '02' }] } }],
    refuse: [{ invoice: { syntax: 'facturx' }, term: 'attachments[0].chorusType', says: ['« 01 »'] }],
  },
];
