import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Host, process, and a part of its own so that a reused process number is not mistaken. */
export function newMemberId(): string {
  return `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}_${process.pid}_${randomUUID().slice(0, 8)}`;
}

const form = /^([A-Za-z0-9.-]*)_(\d+)_[0-9a-f]{8}$/;

/** For people. */
export function hostOf(id: string): string {
  const [, host, pid] = form.exec(id) ?? [];
  return host === undefined ? 'another engine' : `${host}, process ${pid}`;
}

/**
 * Whether a member was a process of this host that does not live any more. One of another host is never known to be
 * dead; neither is one whose process number has been given to somebody else.
 */
export function isDeadHere(id: string): boolean {
  const [, host, pid] = form.exec(id) ?? [];
  if (pid === undefined || host !== hostname().replace(/[^A-Za-z0-9.-]/g, '-')) return false;
  // Our own number in somebody else's name: it was given to us after they had gone.
  if (Number(pid) === process.pid) return !own.has(id);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Members that live in this process: tests have several. */
const own = new Set<string>();

/** Enters a member of this process, until it has ended. */
export function memberLives(id: string, lives: boolean): void {
  if (lives) own.add(id);
  else own.delete(id);
}
