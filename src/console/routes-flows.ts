import { board, boardColumns } from './pages/board.js';
import { deliveryFile } from './pages/delivery-file.js';
import { flowPage } from './pages/flow.js';
import { flowExcerpt } from './pages/flow-excerpt.js';
import { flowOriginal } from './pages/flow-original.js';
import { flowsPage } from './pages/flows.js';
import { flowsCsv } from './pages/flows-csv.js';
import { invoicePage } from './pages/invoice.js';
import { invoiceData } from './pages/invoice-data.js';
import { invoicePiece, invoiceReadable } from './pages/invoice-readable.js';
import { invoicesPage } from './pages/invoices.js';
import { overview, overviewCharts, overviewCounts } from './pages/overview.js';
import type { Route } from './route.js';

/** Pages that show flows and invoices: nothing in them changes anything. */
export const flowRoutes: readonly Route[] = [
  overview,
  overviewCounts,
  overviewCharts,
  board,
  boardColumns,
  flowsPage,
  flowsCsv,
  flowPage,
  flowExcerpt,
  flowOriginal,
  deliveryFile,
  invoicesPage,
  invoicePage,
  invoiceReadable,
  invoiceData,
  invoicePiece,
];
