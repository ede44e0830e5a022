import type { Pool } from './pool.js';

/** Transactions between two looks, and rows from which on it is worth while. */
const lookEvery = 64;
const rowsMin = 500;

interface Seen {
  readonly rows: number;
  readonly analyzed: boolean;
}

const seen = `SELECT n_tup_ins::int AS "rows", coalesce(last_analyze, last_autoanalyze) IS NOT NULL AS "analyzed"
  FROM pg_stat_user_tables WHERE relname = 'flows' AND schemaname = current_schema()`;

/**
 * A database whose tables were empty a minute ago: statements stay prepared with plans made for empty tables, which
 * read them whole, until the server's own round gathers statistics. So it is done once before that.
 * @returns to be called after each transaction; never throws
 */
export function createYoung(pool: Pool): () => void {
  let transactions = 0;
  let over = false;

  async function look(): Promise<void> {
    await pool.use(async (client) => {
      const found = (await client.query<Seen>(seen)).rows[0];
      if (found === undefined || (!found.analyzed && found.rows < rowsMin)) return;
      over = true;
      if (!found.analyzed) await client.query('ANALYZE');
    });
  }

  return () => {
    if (over || ++transactions % lookEvery !== 0) return;
    // Nothing depends on it: the server does the same a little later.
    look().catch(() => undefined);
  };
}
