import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSignatures } from '../../src/domain/signature-policy.js';
import { verifySignatures } from '../../src/signature/verify.js';
import { shared } from '../helpers/root.js';

const samples = join(shared, 'corpus/en16931/samples');
if (!existsSync(samples)) console.warn(`skipped: ${samples} is not there`);

function reportsOn(path: string) {
  const own = {
    name: 'facture.xml',
    path: join(samples, path),
    sizeBytes: statSync(join(samples, path)).size,
  };
  const now = new Date('2026-03-02T09:00:00Z');
  return verifySignatures({ role: 'enveloped', own, others: [], limits: defaultSignatures, now });
}

const rulesOf = (path: string) => reportsOn(path).map(({ problems }) => problems.map(({ rule }) => rule));

describe.skipIf(!existsSync(samples))('signatures that other software made', () => {
  it("verifies OASIS's own example of a signed UBL invoice: digests, value, whole document", () => {
    const path = 'ph-ubl/UBL-Invoice-2.0-Enveloped.xml';
    // Signed in 2010 by its own words, with a certificate of 2013 and SHA-1.
    expect(rulesOf(path)).toEqual([['ECL-SIG-CERT-DATES', 'ECL-SIG-WEAK']]);
    expect(reportsOn(path)[0]?.covers).toEqual([{ file: 'facture.xml', whole: true, path: null }]);
  });

  it('verifies a credit note with XAdES-EPES, inclusive canonical form and a chain of certificates', () => {
    expect(rulesOf('ph-ubl/CreditNote.xml')).toEqual([['ECL-SIG-CERT-EXPIRED']]);
    expect(reportsOn('ph-ubl/CreditNote.xml')[0]?.covers).toMatchObject([{ whole: true }]);
  });

  it('finds invoices that were edited after signing, whose value and properties are still right', () => {
    for (const name of ['Combustible', 'Exportacion', 'Generica', 'Mandatos', 'Servicios'])
      expect(rulesOf(`ph-ubl/${name}.xml`), name).toEqual([['ECL-SIG-CERT-EXPIRED', 'ECL-SIG-DIGEST']]);
  });

  it('does not take an XPath that leaves out more than the signature', () => {
    expect(rulesOf('sa/Export_invoice.xml').flat()).toContain('ECL-SIG-TRANSFORM');
  });

  it('has an answer for every document of the corpus', () => {
    for (const folder of ['sa', 'tr', 'ph-ubl'])
      for (const name of readdirSync(join(samples, folder)).filter((one) => one.endsWith('.xml')))
        for (const report of reportsOn(`${folder}/${name}`))
          expect(report.problems.length + report.covers.length, name).toBeGreaterThan(0);
  });
});
