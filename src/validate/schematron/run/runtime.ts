import { XmlNode } from '../../../xml/node.js';
import * as compare from './compare.js';
import * as dec from './dec.js';
import { readInstant } from './instant.js';
import * as items from './items.js';
import { kept } from './keep.js';
import { registerName, registerNamespace } from './names.js';
import * as nodes from './nodes.js';
import * as numbers from './numbers.js';
import { regexOf } from './regex.js';
import * as sequences from './sequences.js';
import { start } from './state.js';
import * as strings from './strings.js';

/** Everything compiled packs may call: they see nothing else. */
export const runtime: Readonly<Record<string, unknown>> = {
  ...dec,
  ...items,
  ...compare,
  ...nodes,
  ...numbers,
  ...sequences,
  ...strings,
  kept,
  readInstant,
  registerName,
  registerNamespace,
  regexOf,
  start,
  XmlNode,
};

/** Names of the runtime, in an order of their own. */
export const runtimeNames: readonly string[] = Object.keys(runtime).sort();
