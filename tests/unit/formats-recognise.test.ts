import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import { identifierTypeOf } from '../../src/formats/identifier-type.js';
import { namespaces, recogniseBytes, recogniseRoot } from '../../src/formats/recognise.js';
import { readEntry } from '../../src/formats/registry.js';
import { sniff } from '../../src/formats/sniff.js';
import type { CutResult } from '../../src/formats/xml/cut.js';

describe('recognising a document', () => {
  it.each([
    ['Invoice', namespaces.invoice, 'ubl-invoice'],
    ['CreditNote', namespaces.creditNote, 'ubl-creditnote'],
    ['CrossIndustryInvoice', namespaces.rsm, 'cii'],
    ['CPPFactureMixte', '', 'cpp-mixte'],
    ['CPPFactureMixte', namespaces.cppMixte, 'cpp-mixte'],
    ['CPPFacturePivot', '', 'cpp-pivot'],
    ['CPPStatut', '', 'cpp-statut'],
    ['PES_Aller', 'http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller', 'pes-facture'],
    ['Invoice', '', 'unknown'],
    ['Invoice', namespaces.creditNote, 'unknown'],
    ['CrossIndustryInvoice', 'urn:autre', 'unknown'],
  ])('%s of %j is %s', (name, namespace, syntax) => {
    expect(recogniseRoot({ name, namespace })).toBe(syntax);
  });

  it.each([
    [Buffer.from('<a/>'), 'xml'],
    [Buffer.from('\ufeff <?xml version="1.0"?><a/>'), 'xml'],
    [Buffer.from('\ufeff<a/>', 'utf16le'), 'xml'],
    [Buffer.from('\ufeff<a/>', 'utf16le').swap16(), 'xml'],
    [Buffer.from('<a/>', 'utf16le'), 'xml'],
    [Buffer.from('<!-- %PDF- --><a/>'), 'xml'],
    [Buffer.from('%PDF-1.7'), 'pdf'],
    [Buffer.from('\r\n%PDF-1.7'), 'pdf'],
    [Buffer.from('1f8b08', 'hex'), 'gzip'],
    [Buffer.from('504b0304', 'hex'), 'zip'],
    [Buffer.from('{"a":1}'), 'unknown'],
    [Buffer.alloc(0), 'unknown'],
  ])('bytes %s', (bytes, type) => expect(recogniseBytes(bytes)).toBe(type));

  it.each([
    ['89504e470d0a1a0a', 'png'],
    ['ffd8ffe0', 'jpeg'],
    ['474946383961', 'gif'],
    ['49492a00', 'tiff'],
    ['4d4d002a', 'tiff'],
    ['424d', 'bmp'],
    ['425a68', 'bzip2'],
    ['7b5c72746631', 'rtf'],
    ['d0cf11e0a1b11ae1', 'ole'],
    ['504b0506', 'zip'],
    ['00010203', 'unknown'],
    ['', 'unknown'],
  ])('sniffs %s as %s', (hex, type) => expect(sniff(Buffer.from(hex, 'hex'))).toBe(type));

  it.each([
    ['<?xml version="1.0"?><a/>', 'xml'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'xml'],
    ['<p>du texte', 'text'],
    ['Désignation;Prix\r\n', 'text'],
    ['  \n%PDF-1.4', 'pdf'],
  ])('sniffs %j as %s', (text, type) => expect(sniff(Buffer.from(text))).toBe(type));
});

describe('kinds of identifier', () => {
  it.each([
    ['1', '123', '1'],
    ['0009', '1', '1'],
    ['0002', '79955500800017', '1'],
    ['0002', '799555008', null],
    ['ETR', 'KRX', '3'],
    ['ridet', '1', '4'],
    ['TAHITI', '1', '5'],
    ['7', '1', '7'],
    ['8', '1', null],
    [null, '79955500800017', null],
  ])('%j for %j is %j', (raw, id, type) => expect(identifierTypeOf(raw, id)).toBe(type));
});

describe('an encoding that cannot be read', () => {
  const cut = (bytes: Buffer): CutResult => ({
    bytes,
    pieces: [],
    cutOrdinals: new Map(),
    memory: { leftBytes: 0 },
    findings: [],
    sizeBytes: bytes.length,
    complete: true,
    targets: [],
    workDir: '',
    limits: defaultLimits,
  });

  it.each([
    ['<?xml version="1.0" encoding="x-inconnu"?><a/>', "l'encodage x-inconnu n'est pas connu"],
    ['<?xml version="1.0" encoding="UTF-8"?><a>\u00ff</a>', "des octets ne sont pas de l'encodage utf-8"],
  ])('is refused by a finding', (text, problem) => {
    const bytes = Buffer.from(text, 'latin1');
    const reading = readEntry(bytes, 'ubl-invoice', cut(bytes));
    expect(reading).toMatchObject({ kind: 'refused', findings: [{ rule: 'ECL-XML-ENCODING' }] });
    expect(reading.findings[0]?.message).toContain(problem);
  });
});
