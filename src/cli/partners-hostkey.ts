import { createInterface } from 'node:readline/promises';
import { hostKeysOf } from '../adapters/transport/sftp.js';
import { sftpServerOf } from '../app/transports.js';
import { Fault } from '../errors.js';
import { loadSettings } from '../settings/load.js';
import { pinHostKeys } from '../settings/pin.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

/** Shows the host keys of a partner's server and pins them once they are confirmed. */
export const partnerHostKey: Action<{ yes?: boolean; replace?: boolean }> = async ({
  options,
  args,
  output,
}) => {
  const loaded = loadSettings({ config: options.config });
  const code = args[0] ?? '';
  const partner = loaded.settings.partners.find((one) => one.code === code);
  if (partner === undefined) throw new Fault('NOT_FOUND', `no partner has the code ${code}`);
  const { sftp } = partner;
  if (sftp === undefined || loaded.file === null)
    throw new Fault('NOT_FOUND', `${code} is not reached over SFTP: it has no sftp settings`);
  const shown = await hostKeysOf(sftpServerOf(loaded, code, sftp));
  const keys = shown.map((key) => ({ ...key, pinned: sftp.hostKeys.includes(key.fingerprint) }));
  const stale = sftp.hostKeys.filter((pinned) => !keys.some((key) => key.fingerprint === pinned));
  output.line(`${code}  ${sftp.host}:${sftp.port}`);
  for (const { type, fingerprint, pinned } of keys)
    output.line(`  ${fingerprint}  ${type}${pinned ? '  (déjà épinglée)' : ''}`);
  for (const fingerprint of stale) output.line(`  ${fingerprint}  épinglée, non présentée par le serveur`);

  const replace = options.replace === true && stale.length > 0;
  const fresh = keys.filter(({ pinned }) => !pinned);
  let written = false;
  if (fresh.length === 0 && !replace) output.line('Rien à épingler.');
  else if (options.yes === true || (await confirmed(output.format === 'text'))) {
    const day = new Date().toISOString().slice(0, 10);
    const pins = (replace ? keys : fresh).map(({ type, fingerprint }) => ({
      fingerprint,
      comment: `${type}, ${day}`,
    }));
    pinHostKeys(loaded.file, code, pins, { replace });
    written = true;
    output.line(`Épinglé dans ${loaded.file}. Un moteur en marche doit être redémarré.`);
  } else
    output.line('Rien n’a été épinglé : comparez avec l’empreinte que vous donne le partenaire, puis --yes.');
  output.json({ partner: code, host: sftp.host, port: sftp.port, keys, stale, written, file: loaded.file });
  return exitCodes.done;
};

/** Asked on a terminal only: a script says `--yes`. */
async function confirmed(forPeople: boolean): Promise<boolean> {
  if (!forPeople || process.stdin.isTTY !== true) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      'Ces empreintes sont-elles celles que le partenaire vous a données ? [oui/non] ',
    );
    return /^(o|oui|y|yes)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
