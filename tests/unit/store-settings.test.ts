import { afterEach, describe, expect, it } from 'vitest';
import { postgresOptions } from '../../src/app/store.js';
import { settingsSchema } from '../../src/settings/schema.js';

const variable = 'ECLUSE_TEST_SYSTEM_URL';
const options = (postgres: Record<string, unknown>) =>
  postgresOptions(settingsSchema.parse({ postgres }).postgres);

afterEach(() => {
  delete process.env[variable];
});

describe('where PostgreSQL is', () => {
  it('is read from a URL that a secret holds, which wins over the other keys', () => {
    process.env[variable] = 'postgres://ec%40luse:p%3Ass%2Fword@[::1]:6543/base';
    const { host, port, database, user, password } = options({ url: { env: variable }, host: 'other' });
    expect([host, port, database, user, password?.()]).toEqual(['::1', 6543, 'base', 'ec@luse', 'p:ss/word']);
    process.env[variable] = 'postgresql://ecluse:second@db/base';
    expect(password?.()).toBe('second');
    expect(options({ url: { env: variable } }).port).toBe(5432);
  });

  it.each([
    'very secret, no URL',
    'mysql://u:very%20secret@h/d',
    'postgres://u:very%20secret@h/',
    'postgres://u:very%20secret@h/d?sslmode=disable',
  ])('refuses another text without repeating it: %s', (text) => {
    process.env[variable] = text;
    const read = () => options({ url: { env: variable } });
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(read).not.toThrow(/very/);
  });

  it('is the database ecluse of this machine when nothing is said', () => {
    expect(options({})).toMatchObject({ host: '127.0.0.1', port: 5432, database: 'ecluse', user: 'ecluse' });
    expect(options({}).password).toBeUndefined();
  });
});
