import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key and its self-signed certificate, made for one test. */
export interface TestSigner {
  readonly kind: 'rsa' | 'ec';
  readonly key: KeyObject;
  readonly certificate: Buffer;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const time = (date: string) => der(0x18, Buffer.from(`${date.replaceAll('-', '')}000000Z`));

/** A name of one common name (RFC 5280, 4.1.2.4). */
const name = (common: string) =>
  sequence(der(0x31, sequence(hex('0603550403'), der(0x0c, Buffer.from(common, 'utf8')))));

const algorithms = {
  rsa: sequence(hex('06092a864886f70d01010b'), hex('0500')),
  ec: sequence(hex('06082a8648ce3d040302')),
};

/** X.509 version 3 by hand: dates, a subject, a key, and nothing else. */
export function testSigner(
  kind: 'rsa' | 'ec',
  options: { from?: string; to?: string; bits?: number; subject?: string } = {},
): TestSigner {
  const { from = '2026-01-01', to = '2036-01-01', bits = 2048, subject = 'Fournisseur Signataire' } = options;
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = sequence(
    der(0xa0, hex('020102')),
    hex('020107'),
    algorithms[kind],
    name(subject),
    sequence(time(from), time(to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const value = sign('sha256', content, privateKey);
  const certificate = sequence(content, algorithms[kind], der(0x03, hex('00'), value));
  return { kind, key: privateKey, certificate };
}
