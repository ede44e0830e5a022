/**
 * How a flow came: alone, as one of many (or large), or worked again on order. What came alone goes first; the others
 * get a share of the turns at all times, so none of them waits for ever.
 */
export type QueuePriority = 'single' | 'bulk' | 'replay';

export interface AddOptions {
  /** Default: `single`. */
  readonly priority?: QueuePriority;
}

/** A queue of flow ids. A job carries an id and nothing else: the database is the only truth. */
export interface Queue {
  /**
   * Adds an id; an id already waiting or in work is not added again, whatever its priority. Resolves within a deadline
   * also when the id could not be added: the sweep brings it again.
   */
  add(flowId: string, options?: AddOptions): Promise<void>;
  /** Starts working: at most `concurrency` ids at a time. A handler that throws has its id left to the sweep. */
  start(handler: (flowId: string) => Promise<void>, concurrency: number): void;
  /** Number of ids waiting and in work, on all machines; what was known last while that cannot be asked. */
  depth(): Promise<number>;
  /** Stops handing out ids and waits for those in work, at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}
