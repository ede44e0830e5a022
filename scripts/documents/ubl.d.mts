export function ubl(options: { number: string; [option: string]: unknown }): string;
export function ublCreditNote(options: { number: string; [option: string]: unknown }): string;
