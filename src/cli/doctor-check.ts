/** One thing looked at: whether it is well, and what to do when it is not. */
export interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly detail: string;
  readonly remedy: string | null;
}

export const ok = (what: string, detail: string): Check => ({ what, state: 'ok', detail, remedy: null });

export const bad = (what: string, state: 'warning' | 'fault', detail: string, remedy: string): Check => ({
  what,
  state,
  detail,
  remedy,
});
