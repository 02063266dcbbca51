import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../src/features/metrics/metrics.ts';
import { serveSettings } from '../../src/features/serve/feature.ts';
import { noPromtool, runPromtool } from '../support/promtool.ts';

const root = join(import.meta.dir, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rules = read('docs/operations/alerts.yml');
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

describe.skipIf(noPromtool !== '')(`Prometheus${noPromtool}`, () => {
  test('understands the alerts, and where to ask', async () => {
    expect(await runPromtool(['check', 'rules', join(root, 'docs/operations/alerts.yml')])).toBe('');
    expect(await runPromtool(['check', 'config', join(root, 'docs/operations/prometheus.yml')])).toBe('');
  });

  test('fires each alert when it should, and none when all is well', async () => {
    expect(await runPromtool(['test', 'rules', join(root, 'test/operations/alerts.yml')])).toBe('');
  });
});

test('each alert is tried, and has a section that says what to do', () => {
  expect(alerts.length).toBeGreaterThan(10);
  const tried = read('test/operations/alerts.yml');
  const page = read('docs/operations/monitoring.md');
  for (const alert of alerts) {
    expect(page).toContain(`\n### ${alert}\n`);
    const runbook = `${alert} in docs/operations/monitoring.md of groundmist`;
    expect(rules).toContain(`runbook: ${runbook}\n`);
    // With what people are told, word for word.
    expect(tried).toContain(`runbook: ${runbook}\n`);
  }
});

test('alerts and the page on them know no metric that is not there', () => {
  const names = metrics.map(({ name }) => name);
  const withEndings = new Set(names.flatMap((name) => [name, `${name}_bucket`, `${name}_count`]));
  for (const path of [
    'docs/operations/alerts.yml',
    'docs/operations/monitoring.md',
    'test/operations/alerts.yml',
  ]) {
    const named = [...read(path).matchAll(/\b(?:groundmist|process)_[a-z_]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect([path, named.filter((name) => !withEndings.has(name))]).toEqual([path, []]);
  }
});

test('the listener is where Prometheus is told to ask', () => {
  expect(read('docs/operations/prometheus.yml')).toContain(`'${serveSettings.metrics.default}'`);
});
