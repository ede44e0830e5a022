import { deskOf } from '../desk.js';
import { alertsAnswer } from '../pages/alerts.js';
import { action } from '../route.js';

/** Sends a test over each channel and shows what became of it. */
export const testAlerts = action({
  path: '/alertes/essai',
  role: 'support',
  audited: 'alerts-tested',
  async handler(call) {
    return alertsAnswer(call, 'ouvertes', await deskOf(call.parts).testAlerts());
  },
});
