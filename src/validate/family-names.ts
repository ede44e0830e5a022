/** Our own rule sets, by name; apart from the rules, so that a command line is read without them. */
export const familyNames = ['chorus', 'en16931', 'br-fr-cpro', 'pes'] as const;

export type FamilyName = (typeof familyNames)[number];
