import { isSiretShape } from '../domain/identifiers.js';
import type { ChorusParty, Invoice } from '../domain/invoice.js';
import type { Service, Structure } from '../domain/structure.js';
import { unfit } from './pivot-values.js';
import { group, leaf, optionalLeaf, type XmlElement } from './xml.js';

/** Prefixes of VAT numbers that differ from the country's ISO code. */
const countryOfVatPrefix: Readonly<Record<string, string>> = { EL: 'GR', XI: 'GB' };

/** The supplier, with the account that is paid (DOMAIN 7.2). */
export function fournisseur(invoice: Invoice, invoiceId: string): XmlElement {
  const { supplier } = invoice.chorus;
  if (supplier.idType === null || supplier.id === null)
    throw unfit('the supplier has no identifier', invoiceId);
  return group('Fournisseur', [
    leaf('TypeIdentifiant', supplier.idType),
    leaf('Identifiant', supplier.id),
    leaf('RaisonSociale', supplier.name ?? invoice.seller.name ?? invoice.seller.tradingName ?? supplier.id),
    leaf('CodePays', countryOf(supplier, invoice.seller.address?.country ?? null)),
    referenceBancaire(invoice),
    leaf('ModeEmission', 'flux'),
  ]);
}

/** The recipient: the directory names it before the sender does. */
export function debiteur(
  invoice: Invoice,
  structure: Structure | null,
  service: Service | null,
  invoiceId: string,
): XmlElement {
  const { recipient, serviceCode, serviceName } = invoice.chorus;
  const siret = structure?.siret ?? recipient.id ?? '';
  if (!isSiretShape(siret)) throw unfit('the recipient has no SIRET', invoiceId);
  return group('Debiteur', [
    leaf('TypeIdentifiant', '1'),
    leaf('Identifiant', siret),
    optionalLeaf('Nom', structure?.name ?? recipient.name ?? invoice.buyer.name),
    optionalLeaf('CodeService', serviceCode ?? service?.code, 100),
    optionalLeaf('NomService', service?.name ?? serviceName),
  ]);
}

/** DECISIONS, "The pivot": the address; else what the kind of identifier says; else France. */
export function countryOf(supplier: ChorusParty, addressCountry: string | null): string {
  for (const told of [supplier.country, addressCountry]) {
    const country = told?.trim().toUpperCase() ?? '';
    if (/^[A-Z]{2}$/.test(country)) return country;
  }
  switch (supplier.idType) {
    case '2':
    case '3': {
      const prefix = (supplier.id ?? '').slice(0, 2).toUpperCase();
      return /^[A-Z]{2}$/.test(prefix) ? (countryOfVatPrefix[prefix] ?? prefix) : 'FR';
    }
    case '4':
      return 'NC';
    case '5':
      return 'PF';
    default:
      return 'FR';
  }
}

function referenceBancaire(invoice: Invoice): XmlElement | null {
  const account = invoice.payment.accounts.find((a) => a.id !== null) ?? invoice.payment.accounts[0] ?? null;
  const compact = account?.id?.replace(/\s+/g, '').toUpperCase() ?? '';
  const type = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)
    ? 'IBAN'
    : /^[A-Z0-9]{23}$/.test(compact)
      ? 'RIB'
      : null;
  const block = group(
    'ReferenceBancaire',
    [
      optionalLeaf('Compte', type === null ? account?.id : compact),
      optionalLeaf('Etablissement', account?.bic),
      optionalLeaf('RaisonSocialeEncaisseur', payeeName(invoice) ?? account?.name),
    ],
    type === null ? {} : { Type: type },
  );
  return block.content.length === 0 ? null : block;
}

/** The party that is paid in the supplier's place (encaisseur, factor). */
function payeeName({ chorus, payee }: Invoice): string | null {
  return chorus.payee?.name ?? payee?.name ?? null;
}
