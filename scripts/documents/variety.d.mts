export function facturxXml(options: { number: string; [option: string]: unknown }): string;
export function facturxOf(
  options: { number: string; [option: string]: unknown },
  pdf?: Record<string, unknown>,
): Buffer;
