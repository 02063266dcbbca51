import { count, formatBytes, formatTime } from '../../platform/format.ts';

/** One namespace of a tree: its name, and what its columns say. */
export interface TreeEntry {
  readonly name: string;
  readonly columns: readonly string[];
}

interface Branch {
  label: string;
  columns: readonly string[];
  readonly children: Map<string, Branch>;
}

/**
 * `entries` drawn as a tree by their labels; labels that do not fork share a line. Columns line up; the last ones go
 * where the terminal has no room for them, the first stays.
 */
export function drawTree(root: string, entries: readonly TreeEntry[], width = Infinity): readonly string[] {
  const most = Math.max(1, ...entries.map(({ columns }) => columns.length));
  for (let kept = most; ; kept -= 1) {
    const lines = drawWith(
      root,
      entries.map(({ name, columns }) => ({ name, columns: columns.slice(0, kept) })),
    );
    if (kept === 1 || lines.every((line) => line.length <= width)) return [root, ...lines];
  }
}

function drawWith(root: string, entries: readonly TreeEntry[]): readonly string[] {
  const top = branch(root);
  for (const entry of entries) plant(top, entry);
  const lines = [...top.children.values()]
    .map(joinLabels)
    .flatMap((child, index, all) => drawBranch(child, '', index === all.length - 1));
  return alignColumns(lines);
}

/** What the columns of a namespace say. */
export function summaryColumns(
  documents: number,
  sizeBytes: number,
  changedAt: number | undefined,
): string[] {
  return [count(documents, 'document'), formatBytes(sizeBytes), formatTime(changedAt)];
}

interface Line {
  readonly text: string;
  readonly columns: readonly string[];
}

function branch(label: string): Branch {
  return { label, columns: [], children: new Map() };
}

function plant(top: Branch, { name, columns }: TreeEntry): void {
  let at = top;
  for (const label of name.split('.')) {
    const next = at.children.get(label) ?? branch(label);
    at.children.set(label, next);
    at = next;
  }
  at.columns = columns;
}

function joinLabels(one: Branch): Branch {
  const [only, ...others] = one.children.values();
  if (only && others.length === 0 && one.columns.length === 0) {
    return joinLabels({ ...only, label: `${one.label}.${only.label}` });
  }
  return one;
}

function drawBranch(one: Branch, indent: string, isLast: boolean): readonly Line[] {
  const line = { text: `${indent}${isLast ? '└── ' : '├── '}${one.label}`, columns: one.columns };
  const below = indent + (isLast ? '    ' : '│   ');
  const children = [...one.children.values()].map(joinLabels);
  const drawn = children.flatMap((child, index) => drawBranch(child, below, index === children.length - 1));
  return [line, ...drawn];
}

function alignColumns(lines: readonly Line[]): readonly string[] {
  const textWidth = widest(lines.map(({ text }) => text));
  const columnCount = Math.max(0, ...lines.map(({ columns }) => columns.length));
  const whole = lines.filter(({ columns }) => columns.length === columnCount);
  const widths = Array.from({ length: columnCount }, (_, index) =>
    widest(whole.map(({ columns }) => columns[index] ?? '')),
  );
  return lines.map(({ text, columns }) => {
    if (columns.length === 0) return text;
    const cells = columns.map((cell, index) => cell.padStart(columns.length > 1 ? (widths[index] ?? 0) : 0));
    return `${text.padEnd(textWidth)}  ${cells.join('  ')}`;
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
