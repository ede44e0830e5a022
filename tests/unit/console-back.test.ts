import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { backOf } from '../../src/console/back.js';
import { routes } from '../../src/console/routes.js';
import { standingLabel } from '../../src/lifecycle/recalled.js';

const back = backOf(routes);
const asked = (referer: string | undefined, method = 'POST') =>
  back({ method, headers: { host: 'ecluse.test:8480', referer } } as unknown as FastifyRequest);

it('leads back to the page of ours that an order was given on', () => {
  expect(asked('http://ecluse.test:8480/factures/0190-1?x=1#y')).toBe('/factures/0190-1?x=1');
  expect(asked('https://ecluse.test:8480/')).toBe('/');
});

it.each([
  ['another site', 'http://elsewhere.test/factures/0190-1'],
  ['another port', 'http://ecluse.test/factures/0190-1'],
  ['what only an order answers at', 'http://ecluse.test:8480/partenaires/FRN001/cles'],
  ['no page of ours', 'http://ecluse.test:8480/nulle/part/ailleurs'],
  ['an address in the path', 'http://ecluse.test:8480//elsewhere.test'],
  ['no address', 'nowhere'],
  ['nothing', undefined],
])('leads nowhere for %s', (_what, referer) => {
  expect(asked(referer)).toBeNull();
});

it('leads nowhere from a page that was opened', () => {
  expect(asked('http://ecluse.test:8480/flux', 'GET')).toBeNull();
});

it('has words for where an invoice stands, called back ones too', () => {
  expect(standingLabel('03')).toBe('Mise à disposition du destinataire');
  expect(standingLabel('RAPPELEE')).toBe("Rappelée à la demande de l'émetteur");
  expect(standingLabel('99')).toBeNull();
});
