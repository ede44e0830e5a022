import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import type { Store } from '../../src/ports/store.js';
import { metricsIn } from '../helpers/promql.js';
import { root } from '../helpers/root.js';

let store: Store;
let names: Set<string>;

beforeAll(async () => {
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
  const metrics = createMetrics({ store, partners: ['FRN001'], overdueMs: 1, freshMs: 0, log: silentLog });
  const known = await metrics.registry.getMetricsAsJSON();
  names = new Set(
    known.flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  // Made by Prometheus itself for every target.
  names.add('up');
});
afterAll(() => store.close());

function check(expression: string): void {
  const { metrics, problems } = metricsIn(expression);
  expect(problems, expression).toEqual([]);
  expect(metrics.filter((name) => !names.has(name))).toEqual([]);
}

const rulesShape = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z
        .array(
          z.strictObject({
            alert: z.string().regex(/^Ecluse[A-Z]\w+$/),
            expr: z.string(),
            for: z
              .string()
              .regex(/^\d+[smhd]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
            annotations: z.strictObject({ summary: z.string(), description: z.string() }),
          }),
        )
        .min(5),
    }),
  ),
});

const dashboardShape = z.strictObject({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  timezone: z.string(),
  schemaVersion: z.int(),
  version: z.int(),
  editable: z.boolean(),
  refresh: z.string().regex(/^\d+s$/),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.strictObject({
    list: z.array(
      z.strictObject({
        name: z.string(),
        type: z.literal('datasource'),
        query: z.string(),
        label: z.string(),
      }),
    ),
  }),
  panels: z
    .array(
      z.strictObject({
        id: z.int(),
        type: z.enum(['timeseries', 'stat']),
        title: z.string().min(3),
        gridPos: z.strictObject({ x: z.int().max(23), y: z.int(), w: z.int().max(24), h: z.int() }),
        datasource: z.strictObject({
          type: z.literal('prometheus'),
          uid: z.string().regex(/^\$\{source\}$/),
        }),
        fieldConfig: z.strictObject({
          defaults: z.strictObject({ unit: z.string() }),
          overrides: z.array(z.never()),
        }),
        options: z.strictObject({}),
        targets: z
          .array(z.strictObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() }))
          .min(1),
      }),
    )
    .min(5),
});

const alertsPath = join(root, 'docs/deploy/alerts.yaml');

describe('docs/deploy', () => {
  it('has alert rules that Prometheus reads, over figures that exist', () => {
    const { groups } = rulesShape.parse(parse(readFileSync(alertsPath, 'utf8')));
    const rules = groups.flatMap((group) => group.rules);
    for (const { expr } of rules) check(expr);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.skipIf(spawnSync('promtool', ['--version']).error !== undefined)(
    'has alert rules that promtool takes',
    () => {
      expect(execFileSync('promtool', ['check', 'rules', alertsPath], { encoding: 'utf8' })).toContain(
        'SUCCESS',
      );
    },
  );

  it('has a dashboard whose panels do not overlap, over figures that exist', () => {
    const text = readFileSync(join(root, 'docs/deploy/grafana-ecluse.json'), 'utf8');
    const { panels } = dashboardShape.parse(JSON.parse(text));
    for (const { targets } of panels) for (const { expr } of targets) check(expr);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('tells every figure of ours in docs/metrics.md, and no other', () => {
    const text = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
    const told = new Set([...text.matchAll(/^\| `(ecluse_\w+)/gm)].map((match) => match[1]));
    const own = [...names].filter(
      (name) => name.startsWith('ecluse_') && !/_duration_seconds_(bucket|sum|count)$/.test(name),
    );
    expect([...told].sort()).toEqual(own.sort());
  });

  it.each(['rate(', 'sum by (a (x)', 'x >', 'foo(x)', 'rate([5m])', 'x ? y', '1 + 1'])(
    'the check refuses %s',
    (wrong) => {
      expect(metricsIn(wrong).problems).not.toEqual([]);
    },
  );
});
