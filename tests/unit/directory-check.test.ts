import { describe, expect, it } from 'vitest';
import { checkDirectory, type DirectoryReader, directoryCache } from '../../src/directory/check.js';
import type { ChorusTerms, Invoice } from '../../src/domain/invoice.js';
import type { Service, Structure, Supplier } from '../../src/domain/structure.js';

const day = '2026-03-02';
const siret = '53514650090018';
const party = (idType: string | null, id: string | null) => ({
  idType,
  idTypeRaw: idType,
  id,
  name: null,
  country: null,
});

const structure: Structure = {
  siret,
  name: 'Caisse',
  active: true,
  serviceRequired: false,
  engagementRequired: false,
  serviceOrEngagementRequired: false,
  routedByService: false,
  partner: 'COL001',
  validFrom: null,
  validTo: null,
};
const service: Service = {
  siret,
  code: 'S1',
  name: 'Achats',
  active: true,
  engagementRequired: false,
  partner: null,
  validFrom: null,
  validTo: null,
};
const supplier: Supplier = { idType: '1', id: '79955500800017', name: 'Atelier', active: true };

interface Known {
  readonly structures?: readonly Structure[];
  readonly services?: readonly Service[];
  readonly suppliers?: readonly Supplier[];
}

function reader({ structures = [structure], services = [service], suppliers = [supplier] }: Known = {}) {
  const asked: string[] = [];
  const directory: DirectoryReader = {
    async structure(wanted, asOf) {
      asked.push(`${wanted} ${asOf}`);
      return structures.find((s) => s.siret === wanted) ?? null;
    },
    service: async (wanted, code) => services.find((s) => s.siret === wanted && s.code === code) ?? null,
    supplier: async (idType, id) => suppliers.find((s) => s.idType === idType && s.id === id) ?? null,
  };
  return { directory, asked };
}

interface Case extends Known {
  readonly terms?: Partial<Record<keyof ChorusTerms, unknown>>;
  readonly policy?: 'known' | 'well-formed';
}

async function check({ terms = {}, policy = 'known', ...known }: Case = {}) {
  const chorus = {
    supplier: party('1', '79955500800017'),
    recipient: party('1', siret),
    serviceCode: null,
    engagement: null,
    ...terms,
  };
  const subject = {
    invoice: { number: 'F-1', chorus } as unknown as Invoice,
    index: 2,
    entry: 'e.xml',
    place: (term: string) =>
      term === 'chorus.engagement' || (term === 'chorus.serviceCode' && chorus.serviceCode === null)
        ? null
        : { path: `/${term}`, line: 7 },
  };
  return checkDirectory(subject, reader(known).directory, { supplier: policy }, day);
}

const rulesOf = async (given: Case) => (await check(given)).findings.map(({ rule }) => rule);

describe('checkDirectory', () => {
  it('has nothing to say about an invoice that is right', async () => {
    const answer = await check({ terms: { serviceCode: 'S1' } });
    expect(answer).toEqual({ findings: [], structure, service });
  });

  it('tells a finding with its place, value and invoice, in whole sentences', async () => {
    const { findings } = await check({ terms: { serviceCode: 'NO' } });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'ECL-DIR-SERVICE',
      severity: 'fatal',
      layer: 'directory',
      value: 'NO',
      path: '/chorus.serviceCode',
      line: 7,
      invoice: 'F-1',
      invoiceIndex: 2,
      entry: 'e.xml',
      message:
        "Le code service (balise : chorus.serviceCode) « NO » n'existe pas chez le destinataire « 53514650090018 » (Caisse).",
    });
    expect(findings[0]?.fix).not.toContain('{');
  });

  const other = party('2', 'BE0429958042');
  const inactive = [{ ...supplier, active: false }];
  const requires = (more: Partial<Structure>): Case => ({ structures: [{ ...structure, ...more }] });
  const publicSupplier = { ...structure, siret: '79955500800017' };

  it.each<[string, Case, string[]]>([
    ['an unknown supplier', { terms: { supplier: other } }, ['ECL-DIR-SUPPLIER']],
    [
      'an unknown supplier, where well-formed will do',
      { terms: { supplier: other }, policy: 'well-formed' },
      [],
    ],
    ['an inactive supplier', { suppliers: inactive }, ['ECL-DIR-SUPPLIER-INACTIVE']],
    [
      'an inactive supplier, where well-formed will do',
      { suppliers: inactive, policy: 'well-formed' },
      ['ECL-DIR-SUPPLIER-INACTIVE'],
    ],
    [
      'an identifier with spaces and small letters',
      { terms: { supplier: party('1', '799 555 008 00017') } },
      [],
    ],
    ['no supplier identifier: another rule speaks', { terms: { supplier: party(null, null) } }, []],
    ['a public body as supplier', { suppliers: [], structures: [structure, publicSupplier] }, []],
    ['an unknown recipient', { structures: [] }, ['ECL-DIR-RECIPIENT']],
    ['no recipient: another rule speaks', { terms: { recipient: party('1', null) } }, []],
    ['an inactive recipient', requires({ active: false }), ['ECL-DIR-RECIPIENT-INACTIVE']],
    ['a service code that is asked for', requires({ serviceRequired: true }), ['ECL-DIR-SERVICE-REQUIRED']],
    [
      'a blank service code',
      { ...requires({ serviceRequired: true }), terms: { serviceCode: '  ' } },
      ['ECL-DIR-SERVICE-REQUIRED'],
    ],
    [
      'a service code that is asked for and given',
      { ...requires({ serviceRequired: true }), terms: { serviceCode: 'S1' } },
      [],
    ],
    [
      'an inactive service',
      { services: [{ ...service, active: false }], terms: { serviceCode: 'S1' } },
      ['ECL-DIR-SERVICE-INACTIVE'],
    ],
    [
      'an engagement that is asked for',
      requires({ engagementRequired: true }),
      ['ECL-DIR-ENGAGEMENT-REQUIRED'],
    ],
    [
      'an engagement that the service asks for',
      { services: [{ ...service, engagementRequired: true }], terms: { serviceCode: 'S1' } },
      ['ECL-DIR-ENGAGEMENT-REQUIRED'],
    ],
    ['one of the two', requires({ serviceOrEngagementRequired: true }), ['ECL-DIR-SERVICE-OR-ENGAGEMENT']],
    [
      'one of the two, the engagement given',
      { ...requires({ serviceOrEngagementRequired: true }), terms: { engagement: 'E1' } },
      [],
    ],
    ['the State without a service', requires({ routedByService: true }), ['ECL-DIR-STATE-SERVICE']],
    [
      'both, neither given: one finding each',
      requires({ serviceRequired: true, engagementRequired: true, serviceOrEngagementRequired: true }),
      ['ECL-DIR-SERVICE-REQUIRED', 'ECL-DIR-ENGAGEMENT-REQUIRED'],
    ],
    ['the reserved service', { terms: { serviceCode: 'FACTURES_PUBLIQUES' } }, ['ECL-DIR-RESERVED']],
    [
      'the reserved service from a public body',
      { structures: [structure, publicSupplier], terms: { serviceCode: 'FACTURES_PUBLIQUES' } },
      [],
    ],
    [
      'several things at once',
      { terms: { supplier: other, serviceCode: 'NO' } },
      ['ECL-DIR-SUPPLIER', 'ECL-DIR-SERVICE'],
    ],
  ])('%s', async (_name, given, rules) => {
    expect(await rulesOf(given)).toEqual(rules);
  });

  it('leaves no placeholder in a text, and points at the recipient where the term is not written', async () => {
    const all = { serviceRequired: true, engagementRequired: true, active: false };
    const { findings } = await check({ ...requires(all), suppliers: [] });
    expect(findings).toHaveLength(4);
    for (const finding of findings) expect(finding.message + finding.fix).not.toMatch(/[{}]/);
    expect(findings.at(-1)?.path).toBe('/chorus.recipient.id');
  });
});

describe('directoryCache', () => {
  it('asks once for the same thing and again for another', async () => {
    const { directory, asked } = reader();
    const cache = directoryCache(directory);
    await Promise.all([cache.structure(siret, day), cache.structure(siret, day)]);
    expect(await cache.structure(siret, day)).toEqual(structure);
    await cache.structure(siret, '2026-03-03');
    expect(asked).toEqual([`${siret} ${day}`, `${siret} 2026-03-03`]);
  });

  it('does not keep a failure', async () => {
    let calls = 0;
    const { directory } = reader();
    const cache = directoryCache({
      ...directory,
      supplier: async () => {
        calls += 1;
        if (calls === 1) throw new Error('disk');
        return supplier;
      },
    });
    await expect(cache.supplier('1', 'x')).rejects.toThrow('disk');
    expect(await cache.supplier('1', 'x')).toEqual(supplier);
  });

  it('is bounded', async () => {
    const { directory, asked } = reader();
    const cache = directoryCache(directory, 2);
    for (const wanted of ['a', 'b', 'c', 'a']) await cache.structure(wanted, day);
    expect(asked).toHaveLength(4);
  });
});
