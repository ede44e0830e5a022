import { pdf, zip } from './pieces.mjs';

export const flowId = (code, sequence, partner = 'FRN001') =>
  `${partner}${code.slice(3, 7)}${String(sequence).padStart(15, '0')}`;
export const flowName = (code, sequence, partner = 'FRN001') =>
  `${code}_${partner}_${flowId(code, sequence, partner)}`;
export const piece = (number, type) => ({
  name: `${number}.pdf`,
  type,
  bytes: zip(`${number}.pdf`, pdf(`Facture ${number}`)),
});
