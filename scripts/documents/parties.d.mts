interface Party {
  siret: string;
  name: string;
}
export const supplier: Party & { vat: string };
export const townHall: Party;
export const serviced: Party & { service: string };
export function xmlText(text: string): string;
export function wrap(base64: string): string;
