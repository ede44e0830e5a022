import type { Interface } from '../domain/interface.js';
import { catalogueWith, isSupported } from '../envelope/catalogue.js';
import type { Settings } from '../settings/schema.js';

/** Interfaces under which a file may be deposited here. */
export function depositable({ interfaces }: Pick<Settings, 'interfaces'>): readonly Interface[] {
  return catalogueWith(interfaces).filter((row) => row.direction === 'in' && isSupported(row));
}

/** Those whose files can be tried: files of invoices. */
export function triable(settings: Pick<Settings, 'interfaces'>): readonly Interface[] {
  return depositable(settings).filter(({ kind }) => kind !== 'status' && kind !== 'report');
}
