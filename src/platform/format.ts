const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `12.3 KB`, with 1000 bytes to the KB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `2025-11-21 05:41:07Z`, the day alone where its year has more than four digits; a dash where there was no write yet. */
export function formatTime(milliseconds: number | undefined): string {
  const iso = isoTime(milliseconds);
  if (iso !== null && /^[+-]/.test(iso)) return iso.slice(0, iso.indexOf('T'));
  return iso === null ? '–' : `${iso.slice(0, 19).replace('T', ' ')}Z`;
}

/** ISO 8601 in UTC, for JSON; null where there is no such time. */
export function isoTime(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined) return null;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** `1 document`, `15 documents`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`;
}
