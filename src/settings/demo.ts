import type { SettingsInput } from './schema.js';

/**
 * The embedded default: one issuer, two recipients, the directory that goes with the demonstration flows.
 * Used when there is no configuration file; `ecluse init` writes the same as a file to start from.
 */
export const demoSettings: SettingsInput = {
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur de démonstration',
      interfaces: ['FSO1100A', 'FSO1106A', 'FSO1110A', 'FSO1113A', 'FSO1116A'],
    },
    {
      code: 'COL001',
      name: 'Collectivités de démonstration',
      interfaces: ['FSO1201A', 'CEN0036A'],
      lifecycle: false,
    },
    {
      code: 'ETA001',
      name: 'État, services de démonstration',
      interfaces: ['FSO1201A', 'CEN0036A'],
      lifecycle: false,
    },
  ],
  directory: { file: '@demo' },
};
