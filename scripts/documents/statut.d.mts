export interface StatutUnit {
  readonly number: string;
  readonly code: string;
  readonly reason?: string;
  readonly comment?: string;
  readonly at?: string;
  readonly mandate?: string;
  readonly producer?: string;
  readonly date?: string;
  readonly supplierId?: string;
  readonly recipient?: string;
  readonly service?: string;
}
export interface FluxStatutUnit {
  readonly flow: string;
  readonly code: string;
  readonly comment?: string;
  readonly at?: string;
  readonly lines?: readonly { readonly nature: string; readonly code: string; readonly label: string }[];
}
export function statuts(flowId: string, statuses: readonly StatutUnit[], partner?: string): string;
export function fluxStatuts(flowId: string, statuses: readonly FluxStatutUnit[], partner?: string): string;
