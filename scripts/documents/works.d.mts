/** A CII with its Valideur and its market; the rest as for `cii`. */
export function worksCii(options: Record<string, unknown>): string;
export const worksCases: Readonly<Record<string, { readonly title: string }>>;
