import { login } from './actions/login.js';
import { logout } from './actions/logout.js';
import { aboutPage } from './pages/about.js';
import { loginPage } from './pages/login.js';
import { overview, overviewCounts } from './pages/overview.js';
import type { Route } from './route.js';

/**
 * Every address of the console and of the API: a row says who may ask, its file what is answered. A row is added here
 * and nowhere else; `tests/unit/console-routes.test.ts` asks each of them as everybody.
 */
export const routes: readonly Route[] = [loginPage, login, logout, overview, overviewCounts, aboutPage];
