import { afterAll, describe, expect, it } from 'vitest';
import { chorusRows, type Row, semanticRows } from '../../src/domain/semantic-terms.js';
import { semanticJson } from '../../src/formats/semantic.js';
import { openReader } from './formats-reading.js';

const reader = openReader();
afterAll(() => reader.close());

function ids(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => ('rows' in row ? [row.id, ...ids(row.rows)] : [row.id]));
}

describe('the table of business terms', () => {
  const numbers = ids(semanticRows);

  it('names every term of EN 16931-1 once', () => {
    // The norm has no BT-4; of BT-125, the content itself, the table names what is known of it.
    const expected = Array.from({ length: 165 }, (_, i) => `BT-${i + 1}`).filter(
      (id) => !['BT-4', 'BT-125'].includes(id),
    );
    const found = numbers.filter((id) => /^BT-\d+$/.test(id));
    expect(expected.filter((id) => !found.includes(id))).toEqual([]);
    expect(found.length).toBe(new Set(found).size);
  });

  it('names every group once', () => {
    const expected = Array.from({ length: 32 }, (_, i) => `BG-${i + 1}`);
    const found = numbers.filter((id) => id.startsWith('BG-'));
    expect([...found].sort()).toEqual([...expected].sort());
  });
});

describe('an invoice as JSON', () => {
  const path = (sample: string) => `samples/${sample}`;
  const first = (sample: string) => {
    const reading = reader.readFile(path(sample));
    const [one] = reading.kind === 'invoices' ? reading.invoices : [];
    if (one === undefined) throw new Error('not read');
    return semanticJson(one.invoice);
  };

  it('carries numbers, French names and the text as sent', () => {
    const json = first('e1-ubl-piece/in/FSO1100A_FRN001_FRN0011100000000000000002');
    expect(json.syntax).toBe('ubl-invoice');
    expect(json.terms['BT-1']).toEqual({ name: 'Numéro de facture', value: 'ABM-2026-0002' });
    expect(json.terms['BG-22']).toMatchObject({
      name: 'Totaux',
      terms: { 'BT-109': { value: '900.00' }, 'BT-115': { value: '1080.00' } },
    });
    expect(json.terms['BG-25']).toMatchObject([
      {
        name: 'Ligne',
        terms: { 'BT-126': { value: '1' }, 'BG-29': { terms: { 'BT-146': { value: '450.00' } } } },
      },
    ]);
    expect(json.terms['BG-24']).toMatchObject([{ terms: { 'BT-125.piece': { value: 0 } } }]);
    expect(json.chorus).toMatchObject({
      cadre: { name: 'Cadre de facturation', value: 'A1' },
      supplier: { name: 'Fournisseur', terms: { idType: { value: '1' } } },
    });
  });

  it('leaves absent terms out, and is plain JSON', () => {
    const json = first('e1-ubl-piece/in/FSO1100A_FRN001_FRN0011100000000000000002');
    expect(Object.keys(json.terms)).not.toContain('BT-6');
    expect(Object.keys(json.terms)).not.toContain('BG-10');
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(JSON.stringify(json)).not.toContain('null');
  });

  it('keeps schemes, and tells allowances from charges', () => {
    const ns =
      'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"';
    const charge = (kind: string, amount: string) =>
      `<a:AllowanceCharge><b:ChargeIndicator>${kind}</b:ChargeIndicator><b:Amount>${amount}</b:Amount></a:AllowanceCharge>`;
    const { invoice } = reader.one(
      `<Invoice ${ns}><a:AccountingSupplierParty><a:Party><b:EndpointID schemeID="0225">799555008</b:EndpointID></a:Party></a:AccountingSupplierParty>${charge('false', '1')}${charge('true', '2')}${charge('false', '3')}</Invoice>`,
    );
    const { terms } = semanticJson(invoice);
    expect(terms['BG-4']).toEqual({
      name: 'Vendeur',
      terms: { 'BT-34': { name: 'Adresse électronique', value: '799555008', scheme: '0225' } },
    });
    expect(terms['BG-20']).toMatchObject([
      { terms: { 'BT-92': { value: '1' } } },
      { terms: { 'BT-92': { value: '3' } } },
    ]);
    expect(terms['BG-21']).toMatchObject([{ terms: { 'BT-99': { value: '2' } } }]);
  });

  it('knows every Chorus term of the model', () => {
    const { invoice } = reader.one(
      '<CPPFactureMixte><CPPFactures><CPPFactureMixteUnitaire/></CPPFactures></CPPFactureMixte>',
    );
    expect(chorusRows.map(({ id }) => id).sort()).toEqual(Object.keys(invoice.chorus).sort());
  });
});
