export function cii(options: {
  number: string;
  piece?: { name: string; bytes: Buffer };
  [option: string]: unknown;
}): string;
