import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Hashes and checks passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** In constant time; with `null` (no such account) it takes as long, and is false. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

export interface ScryptCost {
  /** Work: a power of two. Memory is 128 × N × r bytes. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet, scrypt: N=2^16 (64 MiB), r=8, p=2. */
export const defaultCost: ScryptCost = { n: 2 ** 16, r: 8, p: 2 };
const hashBytes = 32;
const saltBytes = 16;
/** Hashes at once: each takes a thread of the pool that files are read with, and its memory. */
const atOnceMax = 2;

/** Passwords by scrypt of node:crypto, off the event loop, two at a time; parameters stand in the hash. */
export function scryptPasswords(cost: ScryptCost = defaultCost): Passwords {
  const turns = turnsOf(atOnceMax);
  const derive = (password: string, salt: Buffer, { n, r, p }: ScryptCost) =>
    turns(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r };
          scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) =>
            error === null ? resolve(key) : reject(error),
          );
        }),
    );
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const key = await derive(password, salt, cost);
      return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join(
        '$',
      );
    },
    async verify(password, stored) {
      const parsed = stored === null ? null : parse(stored);
      const { salt, key, ...own } = parsed ?? { ...cost, salt: randomBytes(saltBytes), key: null };
      const derived = await derive(password, salt, own);
      return key !== null && key.length === derived.length && timingSafeEqual(derived, key);
    },
  };
}

const standard = scryptPasswords();

/** The hashing that was handed in, else the costly default, whose turns are shared by the whole process. */
export function passwordsOf({ passwords }: { readonly passwords?: Passwords }): Passwords {
  return passwords ?? standard;
}

function parse(stored: string): (ScryptCost & { salt: Buffer; key: Buffer }) | null {
  const [scheme, n, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return null;
  return {
    n: Number(n),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

function turnsOf(atOnce: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password that can be told over the telephone: five groups of four, 100 bits, no look-alike letters. */
export function generatedPassword(): string {
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}

/** Greatest length taken: hashing a longer one would only cost. */
export const passwordLengthMax = 256;

/** Why a password cannot be taken, in French; null when it can. */
export function passwordProblem(password: string, lengthMin: number, login: string): string | null {
  if ([...password].length < lengthMin)
    return `Le mot de passe compte ${[...password].length} caractères ; il en faut au moins ${lengthMin}.`;
  if (password.length > passwordLengthMax)
    return `Le mot de passe dépasse ${passwordLengthMax} caractères : choisissez-en un plus court.`;
  if (new Set(password).size < 5)
    return 'Le mot de passe répète toujours les mêmes caractères : choisissez-en un plus varié.';
  if (login.length > 2 && password.toLowerCase().includes(login.toLowerCase()))
    return 'Le mot de passe contient l’identifiant : choisissez-en un autre.';
  return null;
}
