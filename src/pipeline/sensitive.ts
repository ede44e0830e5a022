import type { Actor, Flow } from '../domain/flow.js';
import type { InterfaceFinder } from '../envelope/catalogue.js';
import type { Store } from '../ports/store.js';

/** Type of identifier of a natural person (`particulier`, DOMAIN 3). */
export const naturalPersonType = '7';

/** A flow that tells of natural persons: mémoires de frais de justice (E3), or a supplier who is one. */
export async function tellsOfPersons(
  store: Store,
  flow: Pick<Flow, 'id' | 'interfaceCode'>,
  interfaceOf: InterfaceFinder,
): Promise<boolean> {
  if (flow.interfaceCode !== null && interfaceOf(flow.interfaceCode)?.kind === 'E3') return true;
  return await store.hasSupplierType(flow.id, naturalPersonType);
}

/** Who looks at a flow that tells of natural persons stands in the audit trail; looks at others do not. */
export async function noteAccess(
  store: Store,
  flow: Pick<Flow, 'id' | 'interfaceCode'>,
  interfaceOf: InterfaceFinder,
  access: { readonly by: Actor; readonly at: string; readonly what: string; readonly invoice?: string },
): Promise<boolean> {
  if (!(await tellsOfPersons(store, flow, interfaceOf))) return false;
  const { by, at, what, invoice = null } = access;
  const event = { at, actor: by, kind: 'accessed', flow: flow.id, invoice, text: `consulté : ${what}` };
  await store.transaction((tx) => tx.insertEvents([event]));
  return true;
}
