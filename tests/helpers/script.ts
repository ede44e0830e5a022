import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.js';

export interface ScriptEnd {
  /** Its exit code; null when it was ended by a signal: ours, once its time was up. */
  readonly status: number | null;
  /** What it wrote to its standard output. */
  readonly stdout: string;
  /** That, and what it wrote to its error output. */
  readonly output: string;
}

/**
 * Runs a script of the project to its end. One whose time is up is ended with everything that it started: engines and
 * servers that were left would slow down the tests that follow.
 */
export function runScript(script: string, args: readonly string[], msMax: number): Promise<ScriptEnd> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  };
  let stdout = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => {
    errors += `not ended within ${msMax} ms\n`;
    end();
  }, msMax);
  process.once('exit', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(timer);
      process.removeListener('exit', end);
      resolve({ status, stdout, output: stdout + errors });
    });
  });
}
