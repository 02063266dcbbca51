import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import { formatTable } from '../../platform/table.ts';

const maxFields = 20;
const maxLength = 200;

/** The fields of a record for a person, each on a line and indented by four; it may be anybody's, and of any size. */
export function describeRecord(record: unknown): string {
  if (typeof record !== 'object' || record === null) return `    ${cut(printableJson(record ?? null))}`;
  const fields = Object.entries(record).filter(([name]) => name !== '$type');
  const rows = fields
    .slice(0, maxFields)
    .map(([name, value]) => [`    ${cut(escapeUnprintable(name))}`, show(value)]);
  if (fields.length > maxFields) rows.push([`    and ${fields.length - maxFields} fields more`, '']);
  return rows.length === 0 ? '    (nothing that an app could read)' : formatTable(rows);
}

function show(value: unknown): string {
  return cut(typeof value === 'string' ? escapeUnprintable(value) : printableJson(value));
}

function cut(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
