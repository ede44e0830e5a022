// Loaded into an engine before it starts (NODE_OPTIONS): times every statement that SQLite runs on the main thread,
// and writes the sums to BENCH_TIMING when the process ends.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import Database from 'libsql';

if (isMainThread) {
  const spent = new Map();
  const timed = (text, work) => {
    const startedMs = performance.now();
    try {
      return work();
    } finally {
      const sum = spent.get(text) ?? { ms: 0, calls: 0 };
      sum.ms += performance.now() - startedMs;
      sum.calls++;
      spent.set(text, sum);
    }
  };
  const { prepare, exec } = Database.prototype;
  Database.prototype.prepare = function (text) {
    const statement = prepare.call(this, text);
    for (const name of ['run', 'get', 'all']) {
      const own = statement[name].bind(statement);
      statement[name] = (...values) => timed(text, () => own(...values));
    }
    return statement;
  };
  Database.prototype.exec = function (text) {
    return timed(text, () => exec.call(this, text));
  };
  process.on('exit', () => {
    const sums = [...spent].map(([text, { ms, calls }]) => ({
      text: text.slice(0, 110),
      ms: Math.round(ms),
      calls,
      exact: ms,
    }));
    const top = sums.sort((a, b) => b.exact - a.exact).slice(0, 8);
    const total = {
      ms: sums.reduce((sum, one) => sum + one.exact, 0),
      calls: sums.reduce((sum, one) => sum + one.calls, 0),
    };
    writeFileSync(process.env.BENCH_TIMING, JSON.stringify({ ...total, top }));
  });
}
