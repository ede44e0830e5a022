import { hasSshd } from '../../scripts/sshd.mjs';

export {
  fingerprintOfFile,
  freePort,
  makeKey,
  type Sshd,
  type SshdOptions,
  startSshd,
} from '../../scripts/sshd.mjs';

/** Why there is no OpenSSH server here; null where there is one. In CI its absence is a failure, not a reason. */
export const sshdMissing: string | null = (() => {
  if (hasSshd()) return null;
  if (process.env.CI) throw new Error('sshd is missing: CI must install openssh-server');
  return 'OpenSSH’s sshd is not installed';
})();
