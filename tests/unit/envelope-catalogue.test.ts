import { describe, expect, it } from 'vitest';
import {
  catalogue,
  inboundInterfaces,
  interfaceOf,
  isSupported,
  replacementOf,
} from '../../src/envelope/catalogue.js';

describe('interface catalogue', () => {
  it('holds well-formed codes, each once, with the number that flow ids repeat', () => {
    expect(new Set(catalogue.map((row) => row.code)).size).toBe(catalogue.length);
    for (const row of catalogue) {
      expect(row.code).toMatch(/^[A-Z]{3}\d{4}[A-Z]$/);
      expect(row.number).toBe(row.code.slice(3, 7));
      expect(row.label).not.toBe('');
    }
  });

  it('answers every deposit with a report code that stands in the catalogue', () => {
    for (const row of inboundInterfaces.filter((one) => one.kind !== 'report')) {
      const report = interfaceOf(row.reportCode ?? '');
      expect(report, row.code).toMatchObject({ direction: 'out', kind: 'report' });
    }
    expect(interfaceOf('FSO1100A')?.reportCode).toBe('CSO1100A');
    expect(interfaceOf('CEN0036A')?.reportCode).toBeNull();
  });

  it('names a code that works for every facture code that does not', () => {
    for (const row of inboundInterfaces.filter((one) => /^E\d$/.test(one.kind) && !isSupported(one))) {
      const instead = interfaceOf(replacementOf(row) ?? '');
      expect(instead === undefined ? false : isSupported(instead), row.code).toBe(true);
    }
    expect(interfaceOf('FSO1101A')?.useInstead).toBe('FSO1106A');
    expect(interfaceOf('FSO1111A')?.useInstead).toBe('FSO1116A');
    expect(interfaceOf('FSO1112A')?.useInstead).toBe('FSO1102A');
  });

  it('knows nothing of a code that is not there', () => {
    expect(interfaceOf('FSO1999A')).toBeUndefined();
    expect(interfaceOf('fso1100a')).toBeUndefined();
  });
});
