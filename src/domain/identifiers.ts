/** Kinds of party identifier (DOMAIN 3.3, XSD of CPPStatut): the TypeIdentifiant of Chorus Pro. */
export const identifierTypes = {
  '1': { api: 'SIRET', label: 'SIRET' },
  '2': { api: 'UE_HORS_FRANCE', label: 'numéro de TVA intracommunautaire' },
  '3': { api: 'HORS_UE', label: 'tiers hors Union européenne' },
  '4': { api: 'RIDET', label: 'RIDET' },
  '5': { api: 'TAHITI', label: 'numéro TAHITI' },
  '6': { api: 'AUTRE', label: "tiers en cours d'immatriculation" },
  '7': { api: 'PARTICULIER', label: 'particulier' },
} as const;

export type IdentifierType = keyof typeof identifierTypes;

/** True for 14 digits, without any check of the key. */
export function isSiretShape(text: string): boolean {
  return /^\d{14}$/.test(text);
}

/**
 * Luhn key of a SIREN or SIRET. La Poste (SIREN 356000000) is the known exception: the sum of its digits
 * is a multiple of 5 instead (INSEE's rule for that SIREN).
 */
export function luhnValid(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  if (digits.length === 14 && digits.startsWith('356000000') && digits !== '35600000000048') {
    return [...digits].reduce((total, d) => total + Number(d), 0) % 5 === 0;
  }
  let total = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighted = i % 2 === 1 ? digit * 2 : digit;
    total += weighted > 9 ? weighted - 9 : weighted;
  }
  return total % 10 === 0;
}

/** ISO 13616: two letters, two key digits, 11 to 30 letters or digits, remainder 1 modulo 97. Spaces are ignored. */
export function ibanValid(text: string): boolean {
  const iban = text.replace(/\s+/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  let remainder = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = char >= 'A' ? char.charCodeAt(0) - 55 : Number(char);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** An IBAN as it may be shown: country, key and the last four characters. */
export function ibanMasked(text: string): string {
  const iban = text.replace(/\s+/g, '');
  return iban.length <= 8 ? '…' : `${iban.slice(0, 4)}…${iban.slice(-4)}`;
}
