import { expect, it } from 'vitest';
import type { Service, Structure } from '../../src/domain/structure.js';
import { routeInvoice } from '../../src/route/route.js';

const structure = (partner: string | null) => ({ siret: '11000201100044', partner }) as Structure;
const service = (partner: string | null) => ({ siret: '11000201100044', code: 'A', partner }) as Service;

it.each([
  ['the structure without a service', structure('COL001'), null, 'COL001'],
  ['the structure where its service has no partner', structure('COL001'), service(null), 'COL001'],
  ['the service before its structure', structure('ETA001'), service('ETA002'), 'ETA002'],
  ['nobody where neither is connected', structure(null), service(null), null],
] as const)('routes to %s', (_name, to, of, partner) => {
  expect(routeInvoice(to, of)).toEqual({ partner });
});
