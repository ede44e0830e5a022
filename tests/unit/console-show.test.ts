import { createElement } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { dispositionOf } from '../../src/console/dispatch.js';
import { agentName } from '../../src/console/pages/account.js';
import { duration, Moment, relativeTime, size, withoutIbans } from '../../src/console/ui/show.js';
import { address } from '../../src/console/ui/table.js';

describe('what the console shows', () => {
  it.each([
    ['FR7630006000011234567890189', 'FR76…0189'],
    ['compte FR76 3000 6000 0112 3456 7890 189 du fournisseur', 'compte FR76…0189 du fournisseur'],
    ['compte FR76-3000-6000-0112-3456-7890-189.', 'compte FR76…0189.'],
    ['clé fausse : FR7630006000011234567890188', 'clé fausse : FR76…0188'],
    ['de89 3704 0044 0532 0130 00 et la suite', 'de89…3000 et la suite'],
    ['GB82 WEST 1234 5698 7654 32, DE89370400440532013000', 'GB82…5432, DE89…3000'],
    ['facture FR2026-00123456789', 'facture FR2026-00123456789'],
    ['SIRET 12345678200010', 'SIRET 12345678200010'],
    ['FSO1100A_FRN001_FRN00111000000000000001', 'FSO1100A_FRN001_FRN00111000000000000001'],
  ])('%s is shown as %s', (text, shown) => expect(withoutIbans(text)).toBe(shown));

  it('tells moments in Paris, in winter and in summer', () => {
    expect(renderToString(createElement(Moment, { at: '2026-11-21T04:31:07.000Z' }))).toContain(
      '21/11/2026 à 05:31:07',
    );
    expect(renderToString(createElement(Moment, { at: '2026-07-01T22:30:00.000Z' }))).toContain(
      '02/07/2026 à 00:30:00',
    );
    expect(renderToString(createElement(Moment, { at: null }))).toBe('—');
  });

  const now = new Date('2026-11-21T23:30:00.000Z');
  it.each([
    ['2026-11-21T23:29:40.000Z', 'à l’instant'],
    ['2026-11-21T23:10:00.000Z', 'il y a 20 min'],
    ['2026-11-21T20:00:00.000Z', 'hier'],
    ['2026-11-20T20:00:00.000Z', 'il y a 2 jours'],
    ['2026-11-21T23:50:00.000Z', 'dans 20 min'],
    ['2026-11-24T23:30:00.000Z', 'dans 3 jours'],
  ])('%s is %s, by days of Paris', (at, words) => expect(relativeTime(new Date(at), now)).toBe(words));

  it('tells sizes and lengths of time', () => {
    expect([0, 999, 1_500, 20_000, 3_400_000].map(size)).toEqual([
      '0 octets',
      '999 octets',
      '1,5 ko',
      '20 ko',
      '3,4 Mo',
    ]);
    expect([850, 12_000, 180_000, 7_500_000, 345_600_000].map(duration)).toEqual([
      '850 ms',
      '12 s',
      '3 min',
      '2 h 05',
      '4 jours',
    ]);
  });

  it('writes addresses without what is empty, and file names that cannot end their header', () => {
    expect(address('/flux', { etat: 'IN_REJETE', du: '', page: null, n: 2 })).toBe(
      '/flux?etat=IN_REJETE&n=2',
    );
    const header = dispositionOf('é"; x=1\r\nSet-Cookie: a=b.xml', false);
    expect(header).not.toMatch(/[\r\n]/);
    expect(header).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w%.-]+$/);
  });

  it('names browsers', () => {
    expect(agentName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36')).toBe(
      'Chrome, Linux',
    );
    expect(agentName('curl/8')).toBe('Navigateur inconnu');
  });
});
