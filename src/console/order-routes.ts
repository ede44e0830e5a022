import { clearSeen, markSeen, testAlerts } from './actions/alerts.js';
import { orderDeadJob } from './actions/dead-jobs.js';
import { deposit } from './actions/deposit.js';
import { confirmDirectory, previewDirectory } from './actions/directory.js';
import { completeOrder, readdressOrder, recallOrder, resendOrder } from './actions/invoices.js';
import { installPack, lookAgain, previewPacks, removePack } from './actions/packs.js';
import { pinPartnerKeys, probePartner, setPartnerMode, showPartnerKeys } from './actions/partners.js';
import { dropBatch, orderSimulated, startSimulation } from './actions/replay.js';
import { revokeTrialLinks, shareTrialReport, startTrial } from './actions/trial.js';
import { alertsPage } from './pages/alerts.js';
import { deadJobsPage } from './pages/dead-jobs.js';
import { depositPage } from './pages/deposit.js';
import { directoryPage, structurePage } from './pages/directory.js';
import { partnerPage, partnersPage } from './pages/partners.js';
import { replayPage, simulationPage, simulationState } from './pages/replay.js';
import { batchPage, batchState, replaysPage } from './pages/replays.js';
import { rulesPage } from './pages/rules.js';
import { sharedTrialPage, sharedTrialPdf, trialPage, trialReportPdf } from './pages/trial.js';
import type { Route } from './route.js';

/** Replay, deposit and banc d'essai, partners, directory, rules, alerts, and the orders about invoices and flows. */
export const orderRoutes: readonly Route[] = [
  replayPage,
  startSimulation,
  simulationPage,
  simulationState,
  orderSimulated,
  replaysPage,
  batchPage,
  batchState,
  dropBatch,
  depositPage,
  deposit,
  startTrial,
  trialPage,
  trialReportPdf,
  shareTrialReport,
  revokeTrialLinks,
  sharedTrialPage,
  sharedTrialPdf,
  partnersPage,
  partnerPage,
  setPartnerMode,
  probePartner,
  showPartnerKeys,
  pinPartnerKeys,
  directoryPage,
  structurePage,
  previewDirectory,
  confirmDirectory,
  rulesPage,
  previewPacks,
  lookAgain,
  installPack,
  removePack,
  alertsPage,
  testAlerts,
  markSeen,
  clearSeen,
  deadJobsPage,
  orderDeadJob,
  completeOrder,
  readdressOrder,
  recallOrder,
  resendOrder,
];
