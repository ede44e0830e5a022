import type { CodeUse } from '../../../domain/occurrences.js';
import type { Rule } from '../../../domain/rule.js';
import * as lists from './code-lists.js';
import type { Facts } from './facts.js';
import { each, norm, violation } from './norm.js';

type Codes = ReadonlySet<string>;

const allTypes: Codes = new Set([...lists.invoiceTypes, ...lists.creditNoteTypes]);

/** UBL tells invoices from credit notes by the root, CII by the code alone. */
function typesOf({ ubl, invoice }: Facts): Codes {
  if (!ubl) return allTypes;
  return invoice.creditNoteRoot ? lists.creditNoteTypes : lists.invoiceTypes;
}

const vatDatesOf = ({ ubl }: Facts) => (ubl ? lists.vatDateCodesUbl : lists.vatDateCodesCii);

function ofList(
  id: string,
  use: CodeUse,
  list: Codes | ((facts: Facts) => Codes),
  form: (code: string) => string = (code) => code,
): Rule {
  return norm({
    id,
    check: (facts) => {
      const codes = typeof list === 'function' ? list(facts) : list;
      return each(facts.occurrences.codes, ({ use: own, code, at, count }) => {
        if (own !== use || codes.has(form(code))) return null;
        if (code === '') return violation(at, null, 'Le code est vide ou absent.');
        const found = count > 1 ? `Valeur trouvée ${count} fois : « ${code} ».` : undefined;
        return violation(at, code, found);
      });
    },
  });
}

/** Every code of a list of the norm is one of that list (EN 16931-1, 6.4 and the published lists). */
export const codeRules: readonly Rule[] = [
  ofList('BR-CL-01', 'type', typesOf),
  ofList('BR-CL-03', 'amountCurrency', lists.currencies),
  ofList('BR-CL-04', 'currency', lists.currencies),
  ofList('BR-CL-05', 'taxCurrency', lists.currencies),
  ofList('BR-CL-06', 'vatDate', vatDatesOf),
  ofList('BR-CL-07', 'reference', lists.referenceTypes),
  ofList('BR-CL-08', 'noteSubject', lists.noteSubjects),
  ofList('BR-CL-10', 'partyScheme', lists.identifierSchemes),
  ofList('BR-CL-11', 'legalScheme', lists.identifierSchemes),
  ofList('BR-CL-13', 'classification', lists.itemClassifications),
  ofList('BR-CL-14', 'country', lists.countries),
  ofList('BR-CL-15', 'originCountry', lists.countries),
  ofList('BR-CL-16', 'means', lists.paymentMeans),
  ofList('BR-CL-17', 'vatCategory', lists.vatCategories),
  ofList('BR-CL-18', 'lineVatCategory', lists.vatCategories),
  ofList('BR-CL-19', 'allowanceReason', lists.allowanceReasons),
  ofList('BR-CL-20', 'chargeReason', lists.chargeReasons),
  ofList('BR-CL-21', 'itemScheme', lists.identifierSchemes),
  ofList('BR-CL-22', 'exemption', lists.exemptionReasons, (code) => code.toUpperCase()),
  ofList('BR-CL-23', 'unit', lists.units),
  ofList('BR-CL-24', 'media', lists.mediaTypes),
  ofList('BR-CL-25', 'endpointScheme', lists.endpointSchemes),
  ofList('BR-CL-26', 'locationScheme', lists.identifierSchemes),
];
