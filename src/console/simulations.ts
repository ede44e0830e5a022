import { rm } from 'node:fs/promises';
import type { Actor, Flow } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { asError, Fault } from '../errors.js';
import type { ReplayPreview } from '../pipeline/replay-preview.js';
import { type Desk, deskOf, type GivenFile, type UnseenFlow } from './desk.js';
import type { ConsoleParts } from './parts.js';

/** What a replay would change, being found out while a person waits for it. */
export interface Simulation {
  readonly id: string;
  readonly by: Actor;
  readonly at: string;
  /** Flows that would be worked, oldest order of the search; the first `looks` of them are looked at. */
  readonly flows: readonly Flow[];
  readonly looks: number;
  readonly asOf: string | null;
  readonly file: GivenFile | null;
  /** What was asked for, as it stands in the address of the list. */
  readonly asked: Readonly<Record<string, string>>;
  readonly seen: readonly (ReplayPreview | UnseenFlow)[];
  readonly state: 'running' | 'done' | 'failed';
  /** The batch it became, once it was ordered. */
  readonly batch: string | null;
}

export interface Simulations {
  start(of: Pick<Simulation, 'by' | 'at' | 'flows' | 'asOf' | 'file' | 'asked'>): string;
  get(id: string): Simulation | null;
  ordered(id: string, batch: string): void;
}

export interface SimulationLimits {
  /** Flows that one simulation looks at. */
  readonly looksMax: number;
  /** Simulations that are kept; the oldest goes. */
  readonly keptMax: number;
}

/** Flows that are looked at side by side: the desk lends so many places. */
const abreast = 2;

const known = new WeakMap<Desk, Simulations>();

/**
 * The simulations of this process, kept in its memory, for a person looks at them at once.
 * @throws Problem 503 where there is no desk.
 */
export function simulationsOf(parts: Pick<ConsoleParts, 'desk' | 'loaded'>): Simulations {
  const desk = deskOf(parts);
  const { simulatedFlowsMax: looksMax, simulationsMax: keptMax } = parts.loaded.settings.console;
  const made = known.get(desk) ?? createSimulations(desk, { looksMax, keptMax });
  known.set(desk, made);
  return made;
}

function createSimulations(desk: Desk, { looksMax, keptMax }: SimulationLimits): Simulations {
  const kept = new Map<string, Simulation>();

  function change(id: string, by: (now: Simulation) => Partial<Simulation>): void {
    const now = kept.get(id);
    if (now !== undefined) kept.set(id, { ...now, ...by(now) });
  }

  async function run(id: string, { flows, looks, asOf, file }: Simulation): Promise<void> {
    const seen: (ReplayPreview | UnseenFlow)[] = [];
    const wanted = flows.slice(0, looks);
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < wanted.length && kept.has(id); at = next++) {
        const flow = wanted[at];
        if (flow === undefined) return;
        const found = await look(flow, asOf, file);
        seen.push(found);
        change(id, () => ({ seen: [...seen] }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(abreast, wanted.length) }, lane));
    const order = new Map(wanted.map(({ id: own }, i) => [own, i]));
    seen.sort((a, b) => (order.get(a.flow.id) ?? 0) - (order.get(b.flow.id) ?? 0));
    change(id, () => ({ seen, state: 'done' }));
  }

  async function look(flow: Flow, asOf: string | null, file: GivenFile | null) {
    try {
      return await desk.previewReplay(flow, { asOf, file });
    } catch (thrown) {
      return { flow, error: asError(thrown).message, code: thrown instanceof Fault ? thrown.code : null };
    }
  }

  async function forget(): Promise<void> {
    const [oldest] = kept.values();
    if (kept.size < keptMax || oldest === undefined) return;
    kept.delete(oldest.id);
    if (oldest.file !== null) await rm(oldest.file.path, { force: true });
  }

  return {
    start(of) {
      void forget();
      const id = newId();
      const simulation: Simulation = {
        ...of,
        id,
        looks: Math.min(of.flows.length, looksMax),
        seen: [],
        state: 'running',
        batch: null,
      };
      kept.set(id, simulation);
      run(id, simulation).catch(() => change(id, () => ({ state: 'failed' })));
      return id;
    },
    get: (id) => kept.get(id) ?? null,
    ordered: (id, batch) => change(id, () => ({ batch })),
  };
}
