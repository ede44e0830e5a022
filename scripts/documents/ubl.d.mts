export function ubl(options: { number: string; [option: string]: unknown }): string;
