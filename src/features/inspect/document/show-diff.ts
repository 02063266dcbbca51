import { differenceLines } from '../../../core/content/difference-words.ts';
import { findDifferences, type Difference } from '../../../core/content/differences.ts';
import { jsonPatch } from '../../../core/content/json-patch.ts';
import type { Moment } from '../../../core/content/moment.ts';
import { painter, type Paint } from '../../../platform/colour.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';
import type { Inspection } from '../inspection.ts';
import type { DiffQuestion, DocumentTarget } from '../question.ts';
import { jsonListLines, printLines } from './lines.ts';
import { askOne, identityOf, momentOf, type OpenedOne } from './open.ts';

/** JSON has all of them. */
const mostDifferences = 500;
/** Of a moment. */
const mostHeads = 10;
const nothing: Moment = { heads: [], changes: [] };

/** What became different between two moments, in words, or as JSON Patch. */
export function showDiff(
  inspection: Inspection,
  target: DocumentTarget,
  question: DiffQuestion,
): Promise<void> {
  return askOne(inspection, target, async (one) => {
    const from = question.from === undefined ? nothing : momentOf(one, question.from);
    const to = momentOf(one, question.to);
    const { differences } = findDifferences(one.opened, from.heads, to.heads);
    if (inspection.isJson) {
      const ends = { from: { heads: from.heads }, to: { heads: to.heads } };
      const head = printableJson({ ...identityOf(one), ...ends });
      return await printLines(inspection, jsonListLines(head, 'patch', patchLines(differences)));
    }
    await inspection.terminal.result(endsOf(one, from, to));
    if (differences.length === 0) return await inspection.terminal.result('\nNothing is different.');
    const paint = painter(inspection.terminal);
    await printLines(inspection, ['', ...wordLines(differences.slice(0, mostDifferences), paint)]);
    const left = differences.length - mostDifferences;
    if (left > 0)
      await inspection.terminal.result(
        paint('faint', `… ${left.toLocaleString('en-US')} more; --json has all`),
      );
  });
}

function* patchLines(differences: readonly Difference[]): Generator<string> {
  for (const operation of jsonPatch(differences)) yield printableJson(operation);
}

function* wordLines(differences: readonly Difference[], paint: Paint): Generator<string> {
  for (const difference of differences) {
    for (const { path, words, tone } of differenceLines(difference)) {
      yield `${paint('key', escapeUnprintable(path))}: ${paint(tone, escapeUnprintable(words))}`;
    }
  }
}

function endsOf({ url }: OpenedOne, from: Moment, to: Moment): string {
  return [url, `from  ${endText(from)}`, `to    ${endText(to)}`].join('\n');
}

function endText({ heads, changes }: Moment): string {
  if (heads.length === 0) return 'the beginning';
  const more =
    heads.length > mostHeads ? `, and ${(heads.length - mostHeads).toLocaleString('en-US')} more` : '';
  const shown = heads.slice(0, mostHeads).map((head) => head.slice(0, 10));
  return `${shown.join(',')}${more}  (${count(changes.length, 'change')})`;
}
