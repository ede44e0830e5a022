import { spawn } from 'node:child_process';
import { noticeJson } from '../../domain/alert-text.js';
import { asError, Fault } from '../../errors.js';
import type { AlertChannel } from '../../ports/alert.js';

export interface HookOptions {
  /** A program and its arguments; no shell is between. */
  readonly command: readonly string[];
  readonly deadlineMs: number;
}

/** What is kept of a hook's standard error, for the message. */
const errorLengthMax = 500;

/**
 * Runs a command for each message: one JSON object a line on its standard input. Exit code 0 within the deadline means
 * that it has taken the notices over; a command that hangs is ended, with what it started.
 */
export function hookChannel({ command, deadlineMs }: HookOptions): AlertChannel {
  const [program = '', ...args] = command;
  return {
    name: 'hook',
    send: (notices) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
        let said = '';
        const fail = (why: string, cause?: unknown): void =>
          reject(new Fault('ALERT_FAILED', `the hook ${program} ${why}`, { program }, cause));
        const timer = setTimeout(() => {
          end(child.pid);
          fail(`did not end within ${deadlineMs} ms`);
        }, deadlineMs);
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-errorLengthMax);
        });
        child.on('error', (error) => {
          clearTimeout(timer);
          fail(`cannot be run: ${asError(error).message}`, error);
        });
        child.on('close', (code, signal) => {
          clearTimeout(timer);
          if (code === 0) resolve();
          else fail(`ended with ${code ?? signal}${said === '' ? '' : `: ${said.trim()}`}`);
        });
        // A hook that does not read its input closes the pipe: that is its right.
        child.stdin.on('error', () => undefined);
        child.stdin.end(notices.map((notice) => `${JSON.stringify(noticeJson(notice))}\n`).join(''));
      }),
    close: async () => undefined,
  };
}

/** Ends the command's whole process group. */
function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the moment before.
  }
}
