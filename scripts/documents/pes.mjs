import { gzipSync } from 'node:zlib';
import { supplier, townHall, xmlText } from './parties.mjs';

const v = (name, value) =>
  value === undefined ? '' : `<${name} V="${xmlText(String(value)).replace(/"/g, '&quot;')}"/>`;

/** The gzip that a PJ is wrapped in, the same bytes on every system. */
export function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}

const cents = (text) => Math.round(Number(text) * 100);
const money = (value) => (value / 100).toFixed(2);

/** A line: [label, quantity, price, rate]; what it comes to is worked out. */
function line([label, quantity, price, rate], i) {
  const ht = Math.round(Number(quantity) * cents(price));
  const tva = Math.round((ht * Number(rate)) / 100);
  return {
    ht,
    tva,
    rate,
    text: `   <LigneFacture>${v('Date', '2026-01-15')}${v('Libelle', label)}${v('Unite', 'pièce')}${v('Quantite', quantity)}${v('MtUnitaire', price)}${v('MtHT', money(ht))}${v('TauxTVA', rate)}${v('MtTVA', money(tva))}${v('MtTTC', money(ht + tva))}${v('Ordre', i + 1)}</LigneFacture>`,
  };
}

function invoice(o) {
  const recipient = o.recipient ?? townHall;
  const lines = (o.lines ?? [['Étagère en chêne', '2', '150.00', '20.00']]).map(line);
  const ht = lines.reduce((sum, one) => sum + one.ht, 0);
  const tva = lines.reduce((sum, one) => sum + one.tva, 0);
  return `  <FactureIndiv>
   ${v('DateEmission', '2026-01-20')}${v('DateReglement', '2026-02-19')}${v('NumeroFacture', o.number)}
   <Debiteur>
    <InfoTiers>${v('IdTiers', recipient.siret)}${v('NatIdTiers', o.recipientKind ?? '01')}${v('RefTiers', recipient.service)}${v('CatTiers', '23')}${v('NatJur', '09')}${v('TypTiers', '01')}${v('Nom', recipient.name.slice(0, 38))}</InfoTiers>
    <Adresse>${v('TypAdr', '1')}${v('Adr2', "1 PLACE DE L'ÉCLUSE")}${v('CP', '99000')}${v('Ville', 'VALFLEURY')}${v('CodRes', '0')}</Adresse>
   </Debiteur>
   ${v('Objet', o.subject ?? 'Mobilier livré à la médiathèque')}
${lines.map(({ text }) => text).join('\n')}
   ${o.more ?? ''}<TotalAPayer>${v('MtTotalHT', o.ht ?? money(ht))}${v('MtTotalTVA', o.tva ?? money(tva))}${v('MtTotalTTC', o.ttc ?? money(ht + tva))}</TotalAPayer>
   ${v('ModalitesReglement', 'Virement à 30 jours')}${v('TexteGenerateur', o.text)}${v('ConditionsGen', 'Conditions générales de vente à la demande')}
  </FactureIndiv>`;
}

/**
 * A PES_Aller with the invoices of one issuer, in ISO-8859-1 (PES 3). `pieces`: [name, description, bytes], gzipped
 * unless `wrap` says otherwise.
 */
export function pes({
  name = 'PESALR2_79955500800017_260120_001',
  type = '01',
  invoices,
  pieces = [],
  wrap = gzip,
  encoding = 'ISO-8859-1',
}) {
  const pj = ([file, description, bytes], i) => `  <PJ>
   <Contenu>
    <Fichier MIMEType="application/pdf">${wrap(bytes).toString('base64')}</Fichier>
   </Contenu>
   ${v('IdUnique', `79955500800017PJ${String(i + 1).padStart(4, '0')}`)}${v('NomPJ', file)}${v('TypePJ', '002')}${v('Description', description)}
  </PJ>`;
  const text = `<?xml version="1.0" encoding="${encoding}"?>
<n:PES_Aller xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller">
 <Enveloppe>
  <Parametres>${v('Version', '2')}${v('TypFic', 'PESALR2')}${v('NomFic', name)}</Parametres>
  <Emetteur>${v('Sigle', 'ÉDITEUR DE DÉMONSTRATION')}${v('Adresse', 'Gestion 1.0')}</Emetteur>
 </Enveloppe>
 <EnTetePES>${v('DteStr', '2026-01-20')}${v('IdPost', '034000')}${v('IdColl', supplier.siret)}${v('CodCol', '123')}${v('CodBud', '00')}</EnTetePES>
 <PES_Facture>
  ${v('IdVer', '2')}${v('Annee', '2026')}${v('NumSequence', '1')}${v('TypeFact', type)}${v('Date', '2026-01-20')}
  <Emetteur>
   <InfoTiers>${v('IdTiers', supplier.siret)}${v('NatIdTiers', '01')}${v('CatTiers', '50')}${v('NatJur', '03')}${v('TypTiers', '20')}${v('Nom', supplier.name)}</InfoTiers>
   <Adresse>${v('TypAdr', '1')}${v('Adr2', '3 QUAI DU BIEF')}${v('CP', '99000')}${v('Ville', 'VALFLEURY')}${v('CodRes', '0')}</Adresse>
   <CptBancaire>${v('IBAN', 'FR7630006000011234567890189')}${v('TitCpte', 'ATELIER BOIS ET MÉTAL')}</CptBancaire>
   <InfoTVAEmetteur>${v('NumTVA', supplier.vat)}</InfoTVAEmetteur>
  </Emetteur>
${invoices.map(invoice).join('\n')}
  <Nomenclatures/>
 </PES_Facture>${pieces.length === 0 ? '' : `\n <PES_PJ>\n  <EnTetePES_PJ>${v('IdVer', '1')}</EnTetePES_PJ>\n${pieces.map(pj).join('\n')}\n </PES_PJ>`}
</n:PES_Aller>
`;
  return Buffer.from(text, encoding === 'ISO-8859-1' ? 'latin1' : 'utf8');
}
