import { alertCommands } from './registers/alerts.js';
import { engineCommands } from './registers/engine.js';
import { flowsCommands } from './registers/flows.js';
import { jobCommands } from './registers/jobs.js';
import { keyCommands } from './registers/keys.js';
import { partnersCommands } from './registers/partners.js';
import { retentionCommands } from './registers/retention.js';
import { storeCommands } from './registers/store.js';
import { userCommands } from './registers/users.js';
import { workCommands } from './registers/work.js';
import type { Register } from './wire.js';

/** Groups of commands. `ecluse --help` lists them in this order. */
export const commands: readonly Register[] = [
  ...engineCommands,
  ...workCommands,
  ...keyCommands,
  ...flowsCommands,
  ...jobCommands,
  ...partnersCommands,
  ...alertCommands,
  ...retentionCommands,
  ...storeCommands,
  ...userCommands,
];
