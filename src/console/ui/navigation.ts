import type { Role } from '../../ports/store-console.js';
import { reaches } from '../gate.js';
import type { Route } from '../route.js';

export interface NavigationItem {
  readonly label: string;
  readonly path: string;
  readonly role: Role;
}

/** What the navigation shows, to those who may ask for it. */
export type Navigation = readonly NavigationItem[];

/** The order of the navigation; an entry is shown once the table has a page at its address. */
const order: readonly { readonly label: string; readonly path: string }[] = [
  { label: 'Synthèse', path: '/' },
  { label: 'Tableau de bord', path: '/tableau-de-bord' },
  { label: 'Flux', path: '/flux' },
  { label: 'Factures', path: '/factures' },
  { label: 'Dépôt', path: '/depot' },
  { label: 'Partenaires', path: '/partenaires' },
  { label: 'Annuaire', path: '/annuaire' },
  { label: 'Règles', path: '/regles' },
  { label: 'Alertes', path: '/alertes' },
  { label: 'Journal', path: '/journal' },
  { label: 'Utilisateurs', path: '/utilisateurs' },
];

export function navigationOf(routes: readonly Route[]): Navigation {
  return order.flatMap((item) => {
    const route = routes.find(({ method, path }) => method === 'GET' && path === item.path);
    if (route === undefined || route.role === 'public' || route.role === 'key' || route.role === 'program')
      return [];
    return [{ ...item, role: route.role }];
  });
}

/** The entries that a role may see. */
export function visibleTo(navigation: Navigation, role: Role): Navigation {
  return navigation.filter((item) => reaches(role, item.role));
}

/** Whether an entry is the one that a path stands under. */
export function isCurrent(item: NavigationItem, path: string): boolean {
  return item.path === '/' ? path === '/' : path === item.path || path.startsWith(`${item.path}/`);
}
