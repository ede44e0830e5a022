export function pdf(text: string): Buffer;
export function zip(name: string, bytes: Buffer): Buffer;
export function tarGz(files: readonly { name: string; bytes: Buffer }[]): Buffer;
