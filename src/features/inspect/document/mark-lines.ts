import { excerpt } from '../../../core/content/excerpt.ts';
import { pathText, valueAt } from '../../../core/content/path.ts';
import type { SeenDocument } from '../../../core/content/seen-document.ts';
import type { Paint } from '../../../platform/colour.ts';
import { escapeUnprintable } from '../../../platform/escape.ts';

const mostMarks = 50;
const valueWidth = 40;

/** The formatting of texts, a line for each mark: `body  0–3  bold: true  "the"`. */
export function* markLines(seen: Pick<SeenDocument, 'content' | 'marks'>, paint: Paint): Generator<string> {
  if (seen.marks.length === 0) return;
  yield `\n${paint('title', 'Marks')}\n`;
  for (const { path, start, end, name, value } of seen.marks.slice(0, mostMarks)) {
    const text = valueAt(seen.content, path);
    const marked = typeof text === 'string' ? excerpt(text.slice(start, end), valueWidth) : '';
    const where = `${pathText(path)}  ${start}–${end}`;
    yield (
      escapeUnprintable(`${where}  ${name}: ${excerpt(value, valueWidth)}  `) +
        paint('text', escapeUnprintable(marked))
    );
  }
  const left = seen.marks.length - mostMarks;
  if (left > 0) yield paint('faint', `… ${left.toLocaleString('en-US')} more; --json has all of them`);
}
