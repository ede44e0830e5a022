export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key that logs in. */
  readonly keyFile: string;
  /** SHA-256 fingerprints of the host keys: ed25519, then rsa. */
  readonly fingerprints: readonly string[];
  readonly root: string;
  /** Process ids of the listener and of everything it started, now. */
  pids(): number[];
  signal(signal: NodeJS.Signals): void;
  /** Cuts every connection and leaves the listener. */
  cutConnections(): void;
  start(): Promise<void>;
  /** Ends listener and connections at once. */
  kill(): Promise<void>;
  /** Other host keys from the next start on; gives their fingerprints. */
  newHostKeys(): readonly string[];
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

export interface SshdOptions {
  /** Requests that the server does not know. */
  readonly without?: readonly string[];
  /** Lines added to the configuration. */
  readonly config?: readonly string[];
  /** Whether passwords of system users log in. */
  readonly passwords?: boolean;
  /** The user who logs in; by default the one who runs it. */
  readonly user?: string;
}

export function hasSshd(): boolean;
export function makeKey(path: string, type?: string, passphrase?: string): string;
export function fingerprintOfFile(path: string): string;
export function freePort(): Promise<number>;
export function startSshd(options?: SshdOptions): Promise<Sshd>;
