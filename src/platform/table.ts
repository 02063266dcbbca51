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

/** The table where it fits into `width` columns; else each row by itself, with a line for each column. The first row names the columns. */
export function fitTable(rows: readonly (readonly string[])[], width: number): string {
  const table = formatTable(rows);
  if (table.split('\n').every((line) => Bun.stringWidth(line) <= width)) return table;
  const [heading = [], ...others] = rows;
  return others
    .map((row) => formatTable(row.map((cell, index) => [heading[index] ?? '', cell])))
    .join('\n\n');
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const missing = index === row.length - 1 ? 0 : (widths[index] ?? 0) - Bun.stringWidth(cell);
    return cell + ' '.repeat(Math.max(0, missing));
  });
  return cells.join(gap).trimEnd();
}
