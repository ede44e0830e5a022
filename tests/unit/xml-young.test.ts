import { expect, it, vi } from 'vitest';

const flags = vi.hoisted((): string[] => []);
vi.mock('node:v8', async (original) => ({
  ...(await original<typeof import('node:v8')>()),
  setFlagsFromString: (flag: string) => flags.push(flag),
}));

it('is told to the engine once, when a checker is made and before any document', async () => {
  const { createEntryChecker } = await import('../../src/workers/check-entry.js');
  const { keepDocumentsYoung } = await import('../../src/xml/young.js');
  const { nextDocument } = await import('../../src/xml/presence.js');
  expect(flags).toEqual([]);
  const checker = createEntryChecker({ schemasDir: null, rulesDir: null, findingsMax: 1 });
  expect(flags).toEqual(['--no-allocation-site-pretenuring']);
  expect(nextDocument()).toBe(1);
  keepDocumentsYoung();
  expect(flags).toHaveLength(1);
  checker.dispose();
});
