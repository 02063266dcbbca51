import type { Distribution } from '../../platform/histogram.ts';
import type { Labelled, Metric, Reading } from './definition.ts';
import type { Snapshot } from './snapshot.ts';

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The metrics as Prometheus reads them; those that have nothing to say now are left out. */
export function expose(metrics: readonly Metric[], snapshot: Snapshot): string {
  return metrics.map((metric) => exposeOne(metric, metric.read(snapshot))).join('');
}

function exposeOne({ name, type, help }: Metric, reading: Reading): string {
  const lines = linesOf(name, reading);
  if (lines.length === 0) return '';
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function linesOf(name: string, reading: Reading): readonly string[] {
  if (reading === undefined) return [];
  if (typeof reading === 'number') return [sample(name, {}, reading)];
  if ('buckets' in reading) return distributionLines(name, reading);
  return reading.map(({ labels, value }) => sample(name, labels, value));
}

function distributionLines(name: string, { buckets, count, sum }: Distribution): readonly string[] {
  return [
    ...buckets.map(([bound, most]) => sample(`${name}_bucket`, { le: String(bound) }, most)),
    sample(`${name}_bucket`, { le: '+Inf' }, count),
    sample(`${name}_sum`, {}, sum),
    sample(`${name}_count`, {}, count),
  ];
}

function sample(name: string, labels: Labelled['labels'], value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${inText(value)}`;
}

function inText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
