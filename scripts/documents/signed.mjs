// Cases with electronic signatures. Their keys are made anew, so each is written once and then kept as it is.
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { flowName, piece } from './names.mjs';
import { tarGz } from './pieces.mjs';
import { enveloped, exclusive, testSigner, xadesSignature } from './signature.mjs';
import { ubl } from './ubl.mjs';

const before = '<ext:UBLExtension>\n      <ext:ExtensionContent>';
const sig = 'urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2';
const sac = 'urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2';

/** UBL 2.1, 5: the signature stands in an extension of its own. */
function withExtension(invoice, signature) {
  const block = `<ext:UBLExtension>
      <ext:ExtensionURI>urn:oasis:names:specification:ubl:dsig:enveloped:xades</ext:ExtensionURI>
      <ext:ExtensionContent>
        <sig:UBLDocumentSignatures xmlns:sig="${sig}"><sac:SignatureInformation xmlns:sac="${sac}">${signature}</sac:SignatureInformation></sig:UBLDocumentSignatures>
      </ext:ExtensionContent>
    </ext:UBLExtension>
    `;
  return invoice.replace(before, `${block}${before}`);
}

function signInside(invoice, signer) {
  const doc = XmlDocument.fromString(withExtension(invoice, ''));
  const content = doc.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
  doc.dispose();
  const references = [{ uri: '', content, transforms: [enveloped, exclusive] }];
  return withExtension(invoice, xadesSignature({ signer, references }));
}

function signBeside(name, content, signer) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xadesSignature({ signer, references: [{ uri: name, content }] })}\n`;
}

/** The beginning of a CMS SignedData: what tells a .p7s from anything else. */
const cms = Buffer.from('308006092a864886f70d010702a0803080020101310d300b0609608648016503040201', 'hex');

const told = (verify) => ({
  signatures: { verify },
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur de démonstration',
      interfaces: ['FSO1100A'],
      reports: { warnings: true },
    },
    { code: 'COL001', name: 'Collectivités de démonstration', lifecycle: false },
    { code: 'ETA001', name: 'État, services de démonstration', lifecycle: false },
  ],
});

const rsa = testSigner('rsa', { subject: 'Atelier Bois et Métal' });
const ec = testSigner('ec', { subject: 'Atelier Bois et Métal' });
const invoice = (number) => ubl({ number, piece: piece(number) });
const entry = (name, content) => ({ name, bytes: Buffer.from(content) });
const archived = invoice('SIG-2026-0001');
const cmsSigned = invoice('SIG-2026-0004');

export const signedCases = {
  'signed-archive': {
    title:
      'A tar.gz of an invoice and its XAdES signature, beside it: verified, integrated, and no second invoice',
    settings: told('enforced'),
    once: true,
    in: {
      [flowName('FSO1100A', 70)]: tarGz([
        entry('facture.xml', archived),
        entry('facture.xml.xades', signBeside('facture.xml', archived, rsa)),
      ]),
    },
  },
  'signed-enveloped': {
    title: 'An E1 invoice in UBL that carries its XAdES signature in an extension: verified and integrated',
    settings: told('enforced'),
    once: true,
    in: { [flowName('FSO1100A', 71)]: signInside(invoice('SIG-2026-0002'), ec) },
  },
  'signed-altered': {
    title: 'A signed invoice whose number was changed afterwards, where signatures are enforced: refused',
    settings: told('enforced'),
    once: true,
    in: {
      [flowName('FSO1100A', 72)]: signInside(invoice('SIG-2026-0003'), ec).replace(
        'SIG-2026-0003',
        'SIG-2026-9999',
      ),
    },
  },
  'signed-cms': {
    title: 'A tar.gz of an invoice and a CMS signature (.p7s): told as not verified, integrated',
    settings: told('advisory'),
    once: true,
    in: {
      [flowName('FSO1100A', 73)]: tarGz([
        entry('facture.xml', cmsSigned),
        { name: 'facture.xml.p7s', bytes: cms },
      ]),
    },
  },
  'signature-alone': {
    title: 'A signature without the invoice it signs: refused',
    settings: told('advisory'),
    once: true,
    in: { [flowName('FSO1100A', 74)]: signBeside('facture.xml', archived, rsa) },
  },
};
