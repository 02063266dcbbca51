import { readConflicts, type Conflict } from '../../../core/content/conflicts.ts';
import { excerpt } from '../../../core/content/excerpt.ts';
import { findHidden } from '../../../core/content/hidden.ts';
import type { NamedMoment } from '../../../core/content/moment.ts';
import { pathText } from '../../../core/content/path.ts';
import { painter, type Paint } from '../../../platform/colour.ts';
import { escapeUnprintable, printableJson } from '../../../platform/escape.ts';
import { lineWidth, type Inspection } from '../inspection.ts';
import type { DocumentTarget } from '../question.ts';
import { jsonListLines, printLines } from './lines.ts';
import { askOne, identityOf, momentOf } from './open.ts';

const shortActor = 8;
const indented = 24;

/** Where several wrote at once: all of their values, the one that wins first. */
export function showConflicts(
  inspection: Inspection,
  target: DocumentTarget,
  named: NamedMoment | undefined,
): Promise<void> {
  return askOne(inspection, target, async (one) => {
    const { heads } = momentOf(one, named);
    const { conflicts: paths } = findHidden(one.opened, heads);
    const conflicts = readConflicts(one.opened, heads, paths);
    if (inspection.isJson) {
      const head = printableJson({ ...identityOf(one), heads });
      return await printLines(inspection, jsonListLines(head, 'conflicts', jsonOf(conflicts)));
    }
    if (paths.length === 0) return await inspection.terminal.result('There are no conflicts.');
    const { terminal } = inspection;
    await printLines(inspection, linesOf(conflicts, lineWidth(terminal) - indented, painter(terminal)));
  });
}

function* jsonOf(conflicts: Iterable<Conflict>): Generator<string> {
  for (const { path, values } of conflicts) {
    const shown = values.map(({ value, actor, isWinner }) => ({ value, actor, wins: isWinner }));
    yield printableJson({ path, values: shown });
  }
}

function* linesOf(conflicts: Iterable<Conflict>, width: number, paint: Paint): Generator<string> {
  for (const { path, values } of conflicts) {
    yield paint('key', escapeUnprintable(pathText(path)));
    for (const { value, actor, isWinner, isCounter } of values) {
      const outcome = isWinner ? paint('added', 'wins ') : paint('faint', 'loses');
      const text = escapeUnprintable(excerpt(value, Math.max(20, width))) + (isCounter ? ' (counter)' : '');
      yield `  ${outcome}  ${actor.slice(0, shortActor).padEnd(shortActor)}  ${text}`;
    }
  }
}
