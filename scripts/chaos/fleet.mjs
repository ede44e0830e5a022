import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const startMsMax = 120_000;
const textMax = 8_192;

/**
 * Processes of the engine under one supervisor, as a service manager looks after them: one that is gone is started
 * again. `onEnded(name, code, text)` is told of each that ended without having been asked to.
 */
export function createFleet({ main, config, cwd, env, roles, onEnded }) {
  const members = new Map(roles.map(({ name, role }) => [name, { name, role, child: null, asked: false }]));
  let starts = 0;

  function start(member) {
    const args = [main, 'run', '--role', member.role, '--config', config];
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (chunk) => {
      text = (text + String(chunk)).slice(-textMax);
    };
    child.stderr.on('data', keep);
    member.child = child;
    member.asked = false;
    member.gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        member.code = code;
        if (!member.asked) onEnded(member.name, code ?? signal, text);
        resolve();
      });
    });
    const ready = new Promise((resolve) => {
      child.stdout.on('data', (chunk) => {
        keep(chunk);
        if (/veille|travaille/.test(text)) resolve();
      });
    });
    member.ready = Promise.race([ready, member.gone, pause(startMsMax, undefined, { ref: false })]);
    starts++;
    return member.ready;
  }
  const alive = ({ child }) => child !== null && child.exitCode === null && child.signalCode === null;

  return {
    names: [...members.keys()],
    starts: () => starts,
    /** Starts whatever is not alive. */
    async keep() {
      await Promise.all([...members.values()].filter((one) => !alive(one)).map(start));
    },
    start: (name) => start(members.get(name)),
    async kill(name) {
      const member = members.get(name);
      member.asked = true;
      member.child?.kill('SIGKILL');
      await member.gone;
    },
    signal: (name, signal) => members.get(name).child?.kill(signal),
    pids: () => [...members.values()].filter(alive).map(({ child }) => child.pid),
    /** SIGTERM to all; gives `[name, exit code]` of each, null for one that had to be killed. */
    async stop(msMax) {
      const all = [...members.values()].filter(alive);
      for (const member of all) {
        member.asked = true;
        member.child.kill('SIGCONT');
        member.child.kill('SIGTERM');
      }
      await Promise.race([Promise.all(all.map(({ gone }) => gone)), pause(msMax, undefined, { ref: false })]);
      const late = all.filter(alive);
      for (const member of late) member.child.kill('SIGKILL');
      await Promise.all(late.map(({ gone }) => gone));
      return all.map((member) => [member.name, late.includes(member) ? null : member.code]);
    },
  };
}
