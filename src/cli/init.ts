import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../errors.js';
import { prepareHome } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { packageRoot } from './demo.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

/** Writes a commented configuration with one issuer and one recipient, their folders and a small directory. */
export const init: Action<object> = async ({ args, output }) => {
  const dir = resolve(args[0] ?? '.');
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new Fault('USAGE', `${dir} is not empty: name a new folder`);
  }
  mkdirSync(join(dir, 'config'), { recursive: true });
  const config = join(dir, 'config', 'ecluse.yaml');
  copyFileSync(join(packageRoot, 'config', 'ecluse.example.yaml'), config);
  writeFileSync(join(dir, 'config', 'directory.csv'), directoryCsv);
  const loaded = loadSettings({ config, env: {} });
  prepareHome(loaded);
  output.json({ dir, config, home: loaded.home });
  output.line(`Configuration written: ${config}`);
  output.line(`Directory written:     ${join(dir, 'config', 'directory.csv')}`);
  output.line(`Drop folder:           ${join(loaded.home, 'partners', 'FRN001', 'in')}`);
  output.line(`\nNext:  cd ${dir} && ecluse doctor && ecluse run`);
  return exitCodes.done;
};

/** A structure with two services and a supplier, in the columns of docs/directory.md. */
const directoryCsv = `kind;siret;code;name;active;service_required;engagement_required;service_or_engagement_required;routed_by_service;partner;valid_from;valid_to;id_type;id
structure;13000000000012;;Commune d'exemple;true;false;false;true;false;COL001;;;;
service;13000000000012;ACHATS;Service des achats;true;;false;;;;;;;
service;13000000000012;TECH;Services techniques;true;;true;;;;;;;
supplier;;;Fournisseur d'exemple;true;;;;;;;;1;52000000000017
`;
