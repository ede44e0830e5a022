export function flowId(code: string, sequence: number, partner?: string): string;
export function flowName(code: string, sequence: number, partner?: string): string;
export function piece(number: string, type?: string): { name: string; type?: string; bytes: Buffer };
