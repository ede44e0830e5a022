import { changePassword, endOtherSessions, endSession } from './actions/account.js';
import { login } from './actions/login.js';
import { logout } from './actions/logout.js';
import { addUser, disableUser, enableUser, resetUserPassword, setUserRole } from './actions/users.js';
import { apiRoutes } from './api/routes.js';
import { orderRoutes } from './order-routes.js';
import { aboutPage } from './pages/about.js';
import { accountPage } from './pages/account.js';
import { journalPage } from './pages/journal.js';
import { loginPage } from './pages/login.js';
import { oidcArrival, oidcDeparture } from './pages/oidc.js';
import { userPage, usersPage } from './pages/users.js';
import type { Route } from './route.js';
import { flowRoutes } from './routes-flows.js';

/**
 * Every address of the console and of the API: a row says who may ask, its file what is answered. A row is added here
 * and nowhere else; `tests/unit/console-routes.test.ts` asks each of them as everybody.
 */
export const routes: readonly Route[] = [
  loginPage,
  login,
  oidcDeparture,
  oidcArrival,
  logout,
  ...flowRoutes,
  ...orderRoutes,
  journalPage,
  usersPage,
  userPage,
  addUser,
  setUserRole,
  disableUser,
  enableUser,
  resetUserPassword,
  accountPage,
  changePassword,
  endSession,
  endOtherSessions,
  aboutPage,
  ...apiRoutes,
];
