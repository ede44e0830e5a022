/** A server of ours; `query` runs SQL in one of its databases (`postgres` where none is named). */
export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  start(): Promise<void>;
  stop(signal?: 'SIGINT' | 'SIGQUIT' | 'SIGTERM'): Promise<void>;
  createDatabase(template?: string): Promise<string>;
  dropDatabase(name: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface PostgresOptions {
  readonly durable?: boolean;
  readonly config?: Readonly<Record<string, string | number>>;
  readonly password?: string | null;
}

/** Folder of the newest installed server's programs, or null. */
export function postgresPrograms(): string | null;
export function hasPostgres(): boolean;
export function startPostgres(options?: PostgresOptions): Promise<Postgres>;
