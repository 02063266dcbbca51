import type { Unit } from '../scenarios/scenario.ts';
import type { Finding, Result } from './result.ts';

const head = ['measure', 'stock', 'groundmist', 'ratio', 'goal', 'met', 'generator'];
const none = '–';

/** A Markdown table, its columns in line. */
export function renderResults(results: readonly Result[]): string {
  return renderTable([head, ...results.map(toCells)]);
}

export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [first = '', ...others] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [first, rule, ...others].join('\n');
}

/** Three digits that mean something: 0.0451, 12.3, 1,234. */
export function formatFigure(value: number, unit: Unit): string {
  if (value === 0) return `0 ${unit}`.trim();
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const number = value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 });
  return `${number} ${unit}`.trim();
}

function toCells({ row, stock, groundmist, ratio, reached }: Result): readonly string[] {
  return [
    row.measure,
    formatFinding(stock, row.unit),
    formatFinding(groundmist, row.unit),
    ratio === undefined ? none : `${formatFigure(ratio, '')}×`,
    row.goal?.text ?? none,
    formatReached(reached),
    [stock, groundmist].map(({ generatorShare }) => formatShare(generatorShare)).join(' / '),
  ];
}

function formatFinding({ value }: Finding, unit: Unit): string {
  return value === undefined ? none : formatFigure(value, unit);
}

function formatReached(reached: number | undefined): string {
  if (reached === undefined) return none;
  if (reached >= 1) return 'yes';
  return reached === 0 ? 'no' : `no, by ${formatFigure(1 / reached, '')}×`;
}

function formatShare(share: number | undefined): string {
  return share === undefined ? none : `${(100 * share).toFixed(0)} %`;
}
