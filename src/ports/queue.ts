/** A queue of flow ids. A job carries an id and nothing else: the database is the only truth. */
export interface Queue {
  /** Adds an id; an id already waiting or in work is not added again. */
  add(flowId: string): Promise<void>;
  /** Starts working: at most `concurrency` ids at a time. A handler that throws has its id left to the sweep. */
  start(handler: (flowId: string) => Promise<void>, concurrency: number): void;
  /** Number of ids waiting and in work. */
  depth(): Promise<number>;
  /** Stops handing out ids and waits for those in work, at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}
