import type { Automerge } from '../../../core/content/opened-document.ts';
import { bytesText, dateText } from '../../../core/content/written-value.ts';
import type { Paint } from '../../../platform/colour.ts';
import { escapeUnprintable } from '../../../platform/escape.ts';
import { count } from '../../../platform/format.ts';

/** What is longer is cut: `--json` and `--dump` never cut. */
const longestString = 400;
const mostItems = 100;
/** Values in all: a hundred times a hundred items are no overview. */
const mostValues = 2_000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Content for a person, as JSON over several lines, each safe to show in a terminal: long strings and lists are cut,
 * bytes are their number and the first of them, dates are dates and counters are said to be some.
 */
export function contentLines(automerge: Automerge, root: object, paint: Paint): readonly string[] {
  return new Drawing(automerge, paint).draw(root);
}

/** A map or list that is being drawn. */
interface Level {
  readonly indent: string;
  /** What stands behind its last line: a comma. */
  readonly end: string;
}

class Drawing {
  readonly #automerge: Automerge;
  readonly #paint: Paint;
  readonly #lines: string[] = [];
  #left = mostValues;

  constructor(automerge: Automerge, paint: Paint) {
    this.#automerge = automerge;
    this.#paint = paint;
  }

  draw(root: object): readonly string[] {
    this.#value('', root, { indent: '', end: '' });
    return this.#lines;
  }

  /** `start` is what stands before the value on its line. */
  #value(start: string, value: unknown, level: Level): void {
    const leaf = this.#leaf(value);
    if (leaf !== undefined) this.#lines.push(start + leaf + level.end);
    else if (Array.isArray(value)) this.#list(start, value, level);
    else this.#map(start, value as Record<string, unknown>, level);
  }

  #list(start: string, list: readonly unknown[], { indent, end }: Level): void {
    if (list.length === 0) return void this.#lines.push(`${start}[]${end}`);
    this.#lines.push(`${start}[`);
    const shown = this.#countShown(list.length);
    for (let index = 0; index < shown; index += 1) {
      const comma = index < list.length - 1 ? ',' : '';
      this.#value(`${indent}  `, list[index], { indent: `${indent}  `, end: comma });
    }
    this.#more(list.length - shown, indent);
    this.#lines.push(`${indent}]${end}`);
  }

  #map(start: string, map: Readonly<Record<string, unknown>>, { indent, end }: Level): void {
    const keys = Object.keys(map);
    if (keys.length === 0) return void this.#lines.push(`${start}{}${end}`);
    this.#lines.push(`${start}{`);
    const shown = this.#countShown(keys.length);
    for (const [index, key] of keys.slice(0, shown).entries()) {
      const comma = index < keys.length - 1 ? ',' : '';
      const name = this.#quoted('key', key);
      this.#value(`${indent}  ${name}: `, map[key], { indent: `${indent}  `, end: comma });
    }
    this.#more(keys.length - shown, indent);
    this.#lines.push(`${indent}}${end}`);
  }

  /** How many of so many items may be shown. */
  #countShown(items: number): number {
    const shown = Math.min(items, mostItems, Math.max(0, this.#left));
    this.#left -= shown;
    return shown;
  }

  #more(left: number, indent: string): void {
    if (left > 0) this.#lines.push(this.#paint('faint', `${indent}  … ${left.toLocaleString('en-US')} more`));
  }

  /** A value on one line; undefined of a map or list. */
  #leaf(value: unknown): string | undefined {
    const automerge = this.#automerge;
    if (typeof value === 'string') return this.#quoted('text', value);
    if (automerge.isImmutableString(value)) return this.#quoted('text', value.toString());
    if (value === null || typeof value === 'boolean') return this.#paint('word', String(value));
    if (typeof value === 'number' || typeof value === 'bigint') return this.#paint('number', String(value));
    if (automerge.isCounter(value)) {
      return `${this.#paint('number', String(value.value))} ${this.#paint('faint', '(counter)')}`;
    }
    if (value instanceof Uint8Array) return this.#paint('special', bytesText(value));
    if (value instanceof Date) return this.#paint('special', dateText(value));
    return undefined;
  }

  #quoted(tone: 'key' | 'text', text: string): string {
    const whole = wholeGraphemes(text);
    const quoted = this.#paint(tone, escapeUnprintable(JSON.stringify(whole)));
    if (whole.length === text.length) return quoted;
    return `${quoted} ${this.#paint('faint', `… (${count(text.length, 'character')} in all)`)}`;
  }
}

/** As many whole graphemes as fit; of one that does not fit, as many code points. */
function wholeGraphemes(text: string): string {
  if (text.length <= longestString) return text;
  let length = 0;
  for (const { segment } of graphemes.segment(text.slice(0, longestString * 2))) {
    if (length + segment.length > longestString) break;
    length += segment.length;
  }
  return text.slice(0, length === 0 ? longestString : length);
}
