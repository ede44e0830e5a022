import type { Flow } from '../../src/domain/flow.js';
import type { FlowIdAnswer, NumberHolder, NumberKey, StoreTransaction } from '../../src/ports/store.js';

/** What the store takes for many, for one. */
export async function takeFlowId(tx: StoreTransaction, flowId: string, flow: string): Promise<FlowIdAnswer> {
  const [answer] = await tx.takeFlowIds([{ flowId, flow }]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

export async function takeInvoiceNumber(
  tx: StoreTransaction,
  key: NumberKey,
  invoice: string,
  flow: string,
  at: string,
): Promise<NumberHolder | null> {
  return (await tx.takeInvoiceNumbers(flow, [{ key, invoice }], at))[0] ?? null;
}

export async function integratedSameBytes(
  tx: StoreTransaction,
  partner: string,
  sha256: string,
  id: string,
): Promise<Flow | null> {
  return (await tx.integratedSameBytes([{ id, partner, sha256 }]))[0] ?? null;
}
