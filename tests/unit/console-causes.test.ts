import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { takeIn } from '../../src/console/api/take-in.js';
import { faultText } from '../../src/console/fault-texts.js';
import { Problem } from '../../src/console/problem.js';
import { linkDays, usualDays } from '../../src/console/trials.js';
import { Cause, RoleContext } from '../../src/console/ui/cause.js';
import { interfaceOf } from '../../src/envelope/catalogue.js';
import { faultCodes } from '../../src/errors.js';
import type { Role } from '../../src/ports/store-console.js';
import { openConsole } from '../helpers/console.js';

describe('why something failed', () => {
  it.each(Object.keys(faultCodes))('has a French sentence for %s', (code) => {
    expect(faultText(code)).toMatch(/^[A-ZÀÉ].*\.$/);
    expect(faultText(code)).not.toMatch(/\b(the|cannot|is not)\b|'/);
    if (code !== 'INTERNAL') expect(faultText(code)).not.toBe(faultText('INTERNAL'));
  });

  it('is the sentence for what is not known', () => {
    expect(faultText(null)).toBe(faultText('INTERNAL'));
    expect(faultText('toString')).toBe(faultText('INTERNAL'));
  });

  it.each([
    ['reader', false],
    ['support', false],
    ['administrator', true],
    [null, false],
  ] as const)('has the words of the engine for administrators alone: %s', (role: Role | null, shown) => {
    const cause = h(Cause, { code: 'CONNECTION_FAILED', detail: 'connect ECONNREFUSED' });
    const html = renderToString(h(RoleContext.Provider, { value: role, children: cause }));
    expect(html).toContain(faultText('CONNECTION_FAILED'));
    expect(html.includes('ECONNREFUSED')).toBe(shown);
  });
});

describe('a deposit for a partner that is paused', () => {
  const refusal = async (mode: 'portal' | 'api'): Promise<Problem> => {
    const flags = { partners: [{ code: 'FRN001', name: 'F', interfaces: ['FSO1100A'] }] };
    const { parts, close } = await openConsole({ flags });
    try {
      const at = '2026-03-01T00:00:00.000Z';
      await parts.store.transaction((tx) =>
        tx.setPartnerControl({ partner: 'FRN001', mode: 'paused', by: 'user:a', at, reason: 'essai' }),
      );
      const row = interfaceOf('FSO1100A');
      if (row === undefined) throw new Error('no interface');
      const given = { givenName: 'f.xml', by: 'user:a', qualification: false } as const;
      const content = { bytes: Buffer.from('<a/>') };
      const done = takeIn(parts, { ...given, partner: 'FRN001', interface: row, mode, content });
      return await done.then(
        () => Promise.reject(new Error('it was taken')),
        (thrown: unknown) => {
          if (thrown instanceof Problem) return thrown;
          throw thrown;
        },
      );
    } finally {
      await close();
    }
  };

  it('is refused in words for people on the portal, and for programs in the API', async () => {
    const [person, program] = [await refusal('portal'), await refusal('api')];
    expect([person.status, program.status]).toEqual([503, 503]);
    expect(person.remedy).toContain('page Partenaires');
    expect(person.remedy).not.toContain('idempotence');
    expect(program.remedy).toContain('clé d’idempotence');
  });
});

describe('the life of a link', () => {
  it('is chosen among days up to the longest that settings allow', () => {
    expect(linkDays(30)).toEqual([1, 7, 30]);
    expect(linkDays(14)).toEqual([1, 7, 14]);
    expect(linkDays(3)).toEqual([1, 3]);
    expect([usualDays(linkDays(30)), usualDays(linkDays(3))]).toEqual([7, 3]);
  });
});
