import { userInfo } from 'node:os';

/** Who gives the order; a container may know its user by number only. */
export function userName(): string {
  try {
    return process.env.SUDO_USER ?? userInfo().username;
  } catch {
    return `uid${process.getuid?.() ?? ''}`;
  }
}
