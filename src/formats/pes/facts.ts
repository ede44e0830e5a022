import type { PesEnvelope, PesFacts, PesLine } from '../../domain/pes.js';
import { attr, child, childrenOf, descendants, type XmlNode } from '../../xml/node.js';
import type { View } from '../shape.js';

/** What the rules on PES look at beside the terms of the invoice. */
export function pesFacts(view: View): PesFacts {
  const chorus = view.group('chorus');
  return {
    kind: view.text('typeCode'),
    supplierIdKind: chorus.group('supplier').text('idTypeRaw'),
    recipientIdKind: chorus.group('recipient').text('idTypeRaw'),
    lines: view.all('lines').map(lineOf),
    vatDetails: view.all('vatBreakdown').length,
  };
}

function lineOf(line: View): PesLine {
  const discount = line.text('discount');
  const base = line.text('base');
  return {
    kind: discount !== null ? 'discount' : base !== null ? 'base' : 'quantity',
    quantity: line.text('quantity'),
    quantity2: line.text('quantity2'),
    unitPrice: line.text('unitPrice'),
    amount: discount ?? base,
    share: line.text('share'),
    ht: line.text('netAmount'),
    vatRate: line.text('vatRate'),
    vat: line.text('vat'),
    ttc: line.text('ttc'),
  };
}

/** What a PES_Aller, or an acknowledgement of one, says of itself; what is not there is null. */
export function pesEnvelopeOf(root: XmlNode): PesEnvelope {
  const envelope = below(root, 'Enveloppe');
  const parameters = envelope === null ? null : below(envelope, 'Parametres');
  const header = below(root, 'EnTetePES');
  const pieces = below(root, 'PES_PJ');
  return {
    version: valueIn(parameters, 'Version'),
    typFic: valueIn(parameters, 'TypFic'),
    nomFic: valueIn(parameters, 'NomFic'),
    idPost: valueIn(header, 'IdPost'),
    idColl: valueIn(header, 'IdColl'),
    finJur: valueIn(header, 'FinJur'),
    codCol: valueIn(header, 'CodCol'),
    codBud: valueIn(header, 'CodBud'),
    libelleColBud: valueIn(header, 'LibelleColBud'),
    pieceIds:
      pieces === null ? [] : childrenOf(pieces, 'PJ').flatMap((piece) => valueIn(piece, 'IdUnique') ?? []),
  };
}

/** The first element of that name below another, however deep: some senders wrap these blocks. */
function below(node: XmlNode, local: string): XmlNode | null {
  const direct = child(node, local);
  if (direct !== null) return direct;
  for (const one of descendants(node)) if (one !== node && one.local === local) return one;
  return null;
}

/** Value of a datum: its attribute V. */
export function valueIn(node: XmlNode | null, local: string): string | null {
  const found = node === null ? null : child(node, local);
  return found === null ? null : attr(found, 'V');
}
