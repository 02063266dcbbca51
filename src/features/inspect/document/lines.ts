import { takeTurn } from '../../../platform/turn.ts';
import type { Inspection } from '../inspection.ts';

/** Enough to be quick, and not so many that they would be held in memory. */
const linesAtOnce = 200;

/** Prints lines as they come, many at a time. Ctrl-C ends it. */
export async function printLines({ terminal, signal }: Inspection, lines: Iterable<string>): Promise<void> {
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(line);
    if (batch.length < linesAtOnce) continue;
    await takeTurn(signal);
    await terminal.result(batch.join('\n'));
    batch = [];
  }
  await takeTurn(signal);
  if (batch.length > 0) await terminal.result(batch.join('\n'));
}

/** One JSON object over several lines, an item of its list on each: `{…head,"name":[`, items, `]}`. An empty head is `{}`. */
export function* jsonListLines(head: string, name: string, items: Iterable<string>): Generator<string> {
  const start = head === '{}' ? '{' : `${head.slice(0, -1)},`;
  let waiting = `${start}"${name}":[`;
  let isFirst = true;
  for (const item of items) {
    yield isFirst ? waiting : `${waiting},`;
    waiting = item;
    isFirst = false;
  }
  yield `${waiting}]}`;
}
