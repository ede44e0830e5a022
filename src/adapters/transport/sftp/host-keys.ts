import { createHash } from 'node:crypto';

/** Algorithms by which a server proves a key, by kind of key, those OpenSSH prefers first. */
export const hostKeyAlgorithms = {
  ed25519: ['ssh-ed25519'],
  ecdsa: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  rsa: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

export type HostKeyKind = keyof typeof hostKeyAlgorithms;

export const hostKeyKinds = Object.keys(hostKeyAlgorithms) as HostKeyKind[];

/** A key's fingerprint as `ssh-keygen -l` prints it: `SHA256:` and 43 characters of base64. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The kind that a public key in SSH's wire form names, such as `ssh-ed25519`. */
export function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}
