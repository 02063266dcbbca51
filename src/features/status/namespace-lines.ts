import { cutToWidth, padBefore, padToWidth } from '../../platform/columns.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import type { Screen } from './screen.ts';
import type { NamespaceStatus, Status } from './status.ts';

const mostShown = 6;
const gap = '  ';
const widths = { documents: 9, size: 8, peers: 5, lastChange: 20 } as const;
const columns: readonly (keyof typeof widths)[] = ['documents', 'size', 'peers', 'lastChange'];
const narrowestName = 20;

interface Cells {
  readonly name: string;
  readonly documents: string;
  readonly size: string;
  readonly peers: string;
  readonly lastChange: string;
}

const titles: Cells = {
  name: 'NAMESPACE',
  documents: 'DOCUMENTS',
  size: 'SIZE',
  peers: 'PEERS',
  lastChange: 'LAST CHANGE',
};

/** The namespaces as a table: those with a problem, then the largest; beyond six the rest in one line, and the sum. */
export function namespaceLines(status: Status, { width, paint }: Screen): readonly string[] {
  const { namespaces } = status;
  if (namespaces.length === 0) return ['No documents yet: they appear once an app has synced.'];
  const ordered = namespaces.toSorted(
    (one, next) => urgency(next) - urgency(one) || (next.bytes ?? 0) - (one.bytes ?? 0),
  );
  const mostRows = namespaces.length > mostShown ? mostShown - 1 : mostShown;
  const rows = ordered.slice(0, mostRows).map(cellsOf);
  const rest = ordered.slice(mostRows);
  const all = [...rows, ...(rest.length > 0 ? [summed(`and ${rest.length} more`, rest)] : [])];
  const sum = namespaces.length > 1 ? [summed(count(namespaces.length, 'namespace'), namespaces)] : [];
  const layOut = layoutFor([titles, ...all, ...sum], width);
  return [
    paint('faint', layOut(titles)),
    ...all.map(layOut),
    ...sum.map((cells) => paint('title', layOut(cells))),
  ];
}

function urgency({ state }: NamespaceStatus): number {
  return { failed: 2, opening: 1, open: 0 }[state];
}

function cellsOf({ namespace, state, documents, bytes, peers, lastChange }: NamespaceStatus): Cells {
  const says = { open: '', opening: 'is being opened', failed: 'cannot be served' };
  return {
    name: escapeUnprintable(namespace),
    documents: documents?.toLocaleString('en-US') ?? '–',
    size: bytes === null ? '–' : formatBytes(bytes),
    peers: peers.toLocaleString('en-US'),
    lastChange: says[state] || formatTime(lastChange === null ? undefined : Date.parse(lastChange)),
  };
}

function summed(name: string, namespaces: readonly NamespaceStatus[]): Cells {
  const sum = (of: (one: NamespaceStatus) => number | null): number =>
    namespaces.reduce((total, one) => total + (of(one) ?? 0), 0);
  return {
    name,
    documents: sum(({ documents }) => documents).toLocaleString('en-US'),
    size: formatBytes(sum(({ bytes }) => bytes)),
    peers: sum(({ peers }) => peers).toLocaleString('en-US'),
    lastChange: '',
  };
}

/** Columns go where there is no room for them and a name, the last first; then of a name the end is cut. */
function layoutFor(all: readonly Cells[], width: number): (cells: Cells) => string {
  const longest = Math.max(...all.map(({ name }) => name.length));
  const needed = Math.min(longest, narrowestName);
  let shown = columns;
  while (shown.length > 0 && needed + widthOf(shown) > width) shown = shown.slice(0, -1);
  const nameWidth = Math.min(longest, Math.max(1, width - widthOf(shown)));
  return (cells) => {
    const name = padToWidth(cutToWidth(cells.name, nameWidth), nameWidth);
    const others = shown.map((column) =>
      column === 'lastChange' ? cells[column] : padBefore(cells[column], widths[column]),
    );
    return [name, ...others].join(gap).trimEnd();
  };
}

function widthOf(shown: readonly (keyof typeof widths)[]): number {
  return shown.reduce((sum, column) => sum + gap.length + widths[column], 0);
}
