import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHome, root, testClock } from '../helpers/home.js';
import { readable } from '../helpers/outbound.js';

// UPDATE=1 writes what the engine gives into samples/<case>/out; read the difference before committing it.
const update = process.env.UPDATE === '1';
const samples = join(root, 'samples');
const cases = readdirSync(samples, { withFileTypes: true })
  // samples/evil has a test of its own (tests/live/evil.test.ts).
  .filter((entry) => entry.isDirectory() && entry.name !== 'evil')
  .map((entry) => entry.name);
const partners = ['FRN001', 'COL001', 'ETA001'];
/** What is dropped, one step after the other, and by whom. */
const steps = [
  ['in', 'FRN001'],
  ['in-2', 'FRN001'],
  ['in-COL001', 'COL001'],
] as const;
/** Time of the deposit in every golden case; samples are dated before it. */
const depositedAt = '2026-03-02T09:00:00Z';

function filesIn(folder: string): { name: string; content: Buffer }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}

/** Settings that a case asks for in place of those of the demonstration. */
function settingsOf(name: string): Record<string, unknown> | null {
  const told = JSON.parse(readFileSync(join(samples, name, 'sample.json'), 'utf8')) as {
    settings?: Record<string, unknown>;
  };
  return told.settings ?? null;
}

function expectedOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).flatMap((partner) =>
      filesIn(join(folder, partner)).map(({ name, content }) => [
        `${partner}/${name.replace(/\.xml$/, '')}`,
        content.toString('utf8'),
      ]),
    ),
  );
}

function write(folder: string, files: Record<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const [partner = '', name = ''] = path.split('/');
    mkdirSync(join(folder, partner), { recursive: true });
    writeFileSync(join(folder, partner, `${name}.xml`), text);
  }
}

describe('samples: what is deposited, and what comes out', () => {
  it.each(cases)('%s', async (name) => {
    const flags = settingsOf(name);
    const home = await openHome({ clock: testClock(depositedAt), ...(flags === null ? {} : { flags }) });
    try {
      for (const [folder, sender] of steps) {
        for (const file of filesIn(join(samples, name, folder))) {
          home.drop(file.name, file.content, sender);
          await home.idle();
        }
      }
      const actual: Record<string, string> = {};
      for (const partner of partners) {
        for (const file of home.out(partner))
          actual[`${partner}/${file}`] = readable(home.read(partner, file));
      }
      const folder = join(samples, name, 'out');
      if (update) write(folder, actual);
      expect(Object.keys(actual).length).toBeGreaterThan(0);
      expect(actual).toEqual(expectedOf(folder));
    } finally {
      await home.close();
    }
  });
});
