import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../app.js';
import { flowStates } from '../domain/flow.js';
import { type Replay, replayWords } from '../domain/replay.js';
import { Fault } from '../errors.js';
import { engineRunning } from '../pipeline/members.js';
import type { Store } from '../ports/store.js';
import type { ReplayProgress } from '../ports/store-replay.js';
import type { LoadedSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import { endings, logOf } from './run.js';

const lookMs = 200;
const tellMs = 2_000;
/** Flows of a batch that are told one by one. */
const toldMax = 1_000_000;

/**
 * Sees a batch to its end: follows the engine that runs, or works the batch here, without drop folders, when none does.
 * A signal or the deadline ends the watching, never what is under way in an engine.
 * @param waitS seconds
 * @returns exit code: 0 when all is integrated, 2 when something stays refused, 1 when the end was not waited for
 */
export async function seeToTheEnd(
  loaded: LoadedSettings,
  batch: string,
  waitS: number,
  output: Output,
): Promise<number> {
  const ended = endings();
  try {
    const app = await ownEngine(loaded, output, ended.fail);
    if (app === null) {
      await using context = await openContext(loaded.file === null ? {} : { config: loaded.file });
      return await follow(context.store, batch, waitS, output, ended.promise);
    }
    try {
      await app.engine.start();
      const code = await follow(app.store, batch, waitS, output, ended.promise);
      // Reports and pivots are written before this process ends.
      if (code !== exitCodes.fault) await Promise.race([app.engine.idle(), ended.promise]);
      return code;
    } finally {
      await app.close();
    }
  } finally {
    ended.dispose();
  }
}

/** Null when another engine works on this home. */
async function ownEngine(loaded: LoadedSettings, output: Output, fail: (fault: Fault) => void) {
  {
    await using context = await openContext(loaded.file === null ? {} : { config: loaded.file });
    if (await engineRunning(context.store, 'worker')) return null;
  }
  try {
    return await createApp(loaded, {
      log: logOf(loaded, output),
      onOutcome: () => undefined,
      onLost: (reason) => fail(new Fault('ENGINE_RUNNING', reason)),
      withoutIntakes: true,
    });
  } catch (thrown) {
    // One has started meanwhile.
    if (thrown instanceof Fault && thrown.code === 'ENGINE_RUNNING') return null;
    throw thrown;
  }
}

async function follow(
  store: Store,
  batch: string,
  waitS: number,
  output: Output,
  interrupted: Promise<unknown>,
): Promise<number> {
  const deadlineMs = performance.now() + waitS * 1_000;
  let toldAtMs = performance.now();
  let stop = false;
  void interrupted.then(
    () => {
      stop = true;
    },
    () => undefined,
  );
  for (;;) {
    const askedMs = performance.now();
    const progress = await store.replayBatch(batch);
    // A large batch takes long to count: the looking must not become the work.
    const pauseMs = Math.max(lookMs, 20 * (performance.now() - askedMs));
    if (progress === null) throw new Fault('NOT_FOUND', `no batch has the id ${batch}`);
    if (progress.waiting + progress.taken === 0) return await showEnd(store, progress, output);
    if (stop || performance.now() > deadlineMs) return leave(progress, output);
    if (performance.now() - toldAtMs > tellMs) {
      toldAtMs = performance.now();
      output.note(`lot ${batch} : ${progress.done + progress.dropped}/${progress.count} flux`);
    }
    await Promise.race([sleep(pauseMs), interrupted]);
  }
}

function leave(progress: ReplayProgress, output: Output): number {
  const { id, waiting, taken, count } = progress;
  output.json({ batch: id, finished: false, ...countsOf(progress) });
  output.note(
    `lot ${id} : il reste ${waiting + taken} flux sur ${count}. Rien n'est perdu : un moteur qui tourne continue, sinon \`ecluse flows replay --resume ${id}\` ou le prochain \`ecluse run\` reprend. Où en est-il : \`ecluse flows replays ${id}\` ; y renoncer : \`ecluse flows replays drop ${id}\`.`,
  );
  return exitCodes.fault;
}

async function showEnd(store: Store, progress: ReplayProgress, output: Output): Promise<number> {
  await showReplays(store, progress, output);
  output.json({ batch: progress.id, finished: true, ...countsOf(progress) });
  const { count, done, refused, dropped } = progress;
  const given = dropped === 0 ? '' : `, ${dropped} abandonnés`;
  output.line(`${count} flux : ${done - refused} intégrés, ${refused} encore refusés${given}`);
  return refused === 0 ? exitCodes.done : exitCodes.refused;
}

export function countsOf({ count, waiting, taken, done, dropped, refused }: ReplayProgress) {
  return { count, waiting, taken, done, dropped, refused };
}

/** The flows of a batch: all of them in JSON; for people those that are not wholly integrated, and single ones. */
export async function showReplays(store: Store, progress: ReplayProgress, output: Output): Promise<void> {
  const replays = await store.replays({ batch: progress.id, limit: toldMax });
  const shown =
    output.format === 'json' ? replays : replays.filter(isWorthALine(replays.length)).slice(0, 50);
  for (const replay of shown) {
    const flow = await store.flow(replay.flow);
    output.json({ ...replay, depositedName: flow?.depositedName ?? null });
    const after =
      replay.afterState === null ? replayWords[replay.state] : flowStates[replay.afterState].label;
    output.line(`${flow?.depositedName ?? replay.flow}  ${flowStates[replay.beforeState].label} → ${after}`);
  }
}

function isWorthALine(count: number): (replay: Replay) => boolean {
  return ({ afterState }) => count === 1 || afterState !== 'IN_INTEGRE';
}
