import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from '../errors.js';

/** A secret is never written in the configuration: it is named, by environment variable or by file. */
export const secretReference = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
]);

export type SecretReference = z.output<typeof secretReference>;

/**
 * The secret behind a reference; the line end at the end of a file is left out.
 * @throws Fault SECRET_UNRESOLVED when the variable is not set or the file cannot be read.
 */
export function resolveSecret(reference: SecretReference, env: NodeJS.ProcessEnv = process.env): string {
  if ('env' in reference) {
    const value = env[reference.env];
    if (value === undefined || value === '') {
      throw new Fault('SECRET_UNRESOLVED', `environment variable ${reference.env} is not set`, {
        env: reference.env,
      });
    }
    return value;
  }
  try {
    return readFileSync(reference.file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Fault(
      'SECRET_UNRESOLVED',
      `secret file ${reference.file} cannot be read`,
      { file: reference.file },
      error,
    );
  }
}
