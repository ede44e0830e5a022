export interface EmbeddedFile {
  name: string;
  bytes: Buffer;
  relationship?: string | null;
  plain?: boolean;
  filter?: string;
}
export function xmp(options?: {
  pdfa?: Record<string, string> | null;
  fx?: Record<string, string | null> | null;
}): string;
export function facturx(options?: {
  title?: string;
  files?: EmbeddedFile[];
  listed?: ('af' | 'names')[];
  metadata?: string | null;
  packed?: boolean;
  encrypted?: boolean;
  shift?: number;
}): Buffer;
