export function mixte(
  flowId: string,
  invoices: readonly { number: string; [option: string]: unknown }[],
): string;
