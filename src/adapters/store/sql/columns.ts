import type { Delivery, DeliveryPart } from '../../../domain/delivery.js';
import type { Flow } from '../../../domain/flow.js';
import type { DeliveryTable, FlowTable } from './tables.js';

export const flowColumns = [
  'id',
  'partner',
  'depositedName',
  'flowId',
  'interfaceCode',
  'sha256',
  'sizeBytes',
  'archiveKey',
  'state',
  'attempt',
  'receivedAt',
  'finalAt',
  'invoicesReceived',
  'invoicesIntegrated',
  'invoicesRejected',
  'demo',
  'qualification',
] as const;

export const invoiceColumns = [
  'id',
  'flow',
  'attempt',
  'entry',
  'entryIndex',
  'number',
  'typeCode',
  'issueDate',
  'currency',
  'supplierType',
  'supplierId',
  'supplierName',
  'supplierCountry',
  'recipientSiret',
  'recipientName',
  'serviceCode',
  'payable',
  'fate',
  'recipientPartner',
  'status',
] as const;

export const statusColumns = [
  'id',
  'invoice',
  'partner',
  'code',
  'at',
  'comment',
  'delivery',
  'actor',
  'role',
  'statedAt',
  'complement',
  'mandate',
  'producer',
  'sourceFlow',
  'sourceEntry',
  'sourceIndex',
] as const;

export const findingColumns = [
  'rule',
  'severity',
  'layer',
  'message',
  'fix',
  'path',
  'line',
  'term',
  'value',
  'invoice',
  'invoiceIndex',
  'entry',
] as const;

export const eventColumns = ['at', 'actor', 'kind', 'flow', 'invoice', 'text'] as const;

export const deliveryColumns = [
  'id',
  'partner',
  'name',
  'kind',
  'flow',
  'state',
  'attempts',
  'createdAt',
  'deliveredAt',
  'sha256',
  'sizeBytes',
  'lastError',
  'fetchedAt',
  'removedAt',
] as const;

export const lyingColumns = [
  'id',
  'partner',
  'name',
  'flow',
  'deliveredAt',
  'alertedAt',
  'removingAt',
] as const;

export const controlColumns = ['partner', 'mode', 'by', 'at', 'reason'] as const;

export const healthColumns = ['partner', 'side', 'circuit', 'faults', 'since', 'retryAt', 'error'] as const;

export function toFlow(row: Pick<FlowTable, (typeof flowColumns)[number]>): Flow {
  return { ...row, demo: row.demo === 1, qualification: row.qualification === 1 };
}

export function toDelivery(
  row: Pick<DeliveryTable, (typeof deliveryColumns)[number]> & { body: string; parts: string },
): Delivery {
  return { ...row, parts: JSON.parse(row.parts) as DeliveryPart[] };
}
