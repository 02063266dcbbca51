const gap = '  ';

/** Rows as aligned columns; the last one is as wide as it is. Widths are those the terminal shows, not UTF-16 units. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.slice(0, -1).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, Bun.stringWidth(cell));
    }
  }
  return rows.map((row) => formatRow(row, widths)).join('\n');
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const missing = index === row.length - 1 ? 0 : (widths[index] ?? 0) - Bun.stringWidth(cell);
    return cell + ' '.repeat(Math.max(0, missing));
  });
  return cells.join(gap).trimEnd();
}
