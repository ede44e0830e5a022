import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ensure.mjs';

const config = (name) => readFileSync(join(root, 'config', name), 'utf8');

export const settingsText = config('ecluse.example.yaml');
export const directoryText = [
  `kind;siret;code;name;active;service_required
structure;79955500800017;;Commune de l'Écluse;yes;yes
structure;21999901800019;;"Commune ""de"" Valfleury";yes;no
service;79955500800017;SERV1;Achats;yes;
service;79955500800017;SERV2;"Voirie
et réseaux";no;
`,
  'kind,siret,name\nstructure,79955500800017,Mairie\n',
  config('directory.demo.json'),
];

/** A pack with the constructs that packs are made of. */
export const packText = `<?xml version="1.0" encoding="UTF-8"?>
<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <title>Rules to change</title>
  <ns prefix="ubl" uri="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>
  <ns prefix="cbc" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"/>
  <ns prefix="cac" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"/>
  <let name="currency" value="/*/cbc:DocumentCurrencyCode"/>
  <pattern id="p1">
    <rule context="/ubl:Invoice">
      <let name="total" value="sum(cac:InvoiceLine/xs:decimal(cbc:LineExtensionAmount))"/>
      <assert id="R-01" flag="fatal" test="normalize-space(cbc:ID) != ''">[R-01]-A number.</assert>
      <assert id="R-02" flag="warning" test="$total = xs:decimal(cac:LegalMonetaryTotal/cbc:LineExtensionAmount)">[R-02]-A sum.</assert>
      <assert id="R-03" flag="fatal" test="every $l in cac:InvoiceLine satisfies exists($l/cac:Item/cbc:Name)">[R-03]-Names.</assert>
      <report id="R-04" flag="warning" test="count(distinct-values(cac:InvoiceLine/cbc:ID)) &lt; count(cac:InvoiceLine)">[R-04]-Twice.</report>
    </rule>
    <rule context="cac:InvoiceLine[cac:Price]/cac:Price/cbc:PriceAmount | //cbc:Note">
      <assert id="R-05" flag="fatal" test="matches(string(.), '^[0-9A-Za-z .,éè-]*$') or string-length(.) > 10">[R-05]-A form.</assert>
      <assert id="R-06" flag="fatal" test="not(@currencyID) or @currencyID = $currency">[R-06]-A currency.</assert>
      <assert id="R-07" test="round(number('1.5') * 10 * 10) div 100 >= 0 and substring-after('a:b', ':') = 'b'">[R-07]-Numbers.</assert>
    </rule>
  </pattern>
</schema>
`;
