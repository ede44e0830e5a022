import { scanPieces } from './stage-antivirus.js';
import { check } from './stage-check.js';
import { consultDirectory, route } from './stage-direct.js';
import { keepPieces } from './stage-pieces.js';
import { consultRecipients } from './stage-statuses.js';
import { unpack } from './stage-unpack.js';
import type { Stage } from './work.js';

/**
 * The way through the house, in order. The envelope is opened before the first stage, because whether the flow's
 * name is free is decided together with the beginning of the attempt; the commit comes after the last.
 */
export const stages: readonly { readonly name: string; readonly stage: Stage }[] = [
  { name: 'unpack', stage: unpack },
  { name: 'check', stage: check },
  { name: 'recipients', stage: consultRecipients },
  { name: 'antivirus', stage: scanPieces },
  { name: 'directory', stage: consultDirectory },
  { name: 'route', stage: route },
  { name: 'pieces', stage: keepPieces },
];
