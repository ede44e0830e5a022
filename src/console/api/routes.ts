import type { Route } from '../route.js';
import { consulterCr, consulterCrDetaille } from './chorus/consulter-cr.js';
import { deposerFlux } from './chorus/deposer-flux.js';
import { consulterStructure, rechercherServices, rechercherStructure } from './chorus/structures.js';
import { token } from './chorus/token.js';
import { showStructure } from './directory.js';
import { depositFlow } from './flow-deposit.js';
import { listFlows, readOriginal, readReport, showFlow } from './flows.js';
import { healthz, metrics, readyz } from './health.js';
import { findInvoices, listFlowInvoices, showInvoice } from './invoices.js';
import { orderReplayRoute, showReplay, simulateReplay } from './replays.js';
import { validateFile } from './validate.js';

/** What programs ask: our own API, Chorus Pro's shape of one, health and figures. */
export const apiRoutes: readonly Route[] = [
  depositFlow,
  listFlows,
  showFlow,
  readOriginal,
  readReport,
  listFlowInvoices,
  findInvoices,
  showInvoice,
  simulateReplay,
  orderReplayRoute,
  showReplay,
  showStructure,
  validateFile,
  token,
  deposerFlux,
  consulterCr,
  consulterCrDetaille,
  rechercherStructure,
  consulterStructure,
  rechercherServices,
  healthz,
  readyz,
  metrics,
];
