import { Failure } from '../../../core/failure.ts';
import type { Json } from '../../../core/content/json.ts';
import type { Path } from '../../../core/content/path.ts';
import { fold, unfold } from './fold.ts';

/** A key or a string that holds the text. */
export interface Hit {
  readonly path: Path;
  /** Of a key the path ends with it. */
  readonly in: 'key' | 'value';
  /** The whole of it. */
  readonly text: string;
  /** Where the text begins in it, first, and how much of it that is; UTF-16 units. */
  readonly at: number;
  readonly length: number;
  /** How often it is there. */
  readonly matches: number;
}

/** What content cannot say in JSON is an object with one of these keys, which is no key of the document. */
const written = new Set(['$bytes', '$date', '$float', '$integer']);

/** Finds a text in the keys and strings of documents: in any case, and however its letters are composed. */
export class Search {
  readonly text: string;
  readonly #folded: string;

  /** `Usage` where there is nothing to look for. */
  constructor(text: string) {
    this.text = text;
    if (text === '') throw new Failure('Usage', '--find needs a text to look for, and this one is empty.');
    this.#folded = fold(text);
  }

  /** In the order of the content. */
  find(content: Json): readonly Hit[] {
    const hits: Hit[] = [];
    this.#look(content, [], hits);
    return hits;
  }

  #look(value: Json, path: (string | number)[], hits: Hit[]): void {
    if (typeof value === 'string') return this.#match(value, path, 'value', hits);
    if (value === null || typeof value !== 'object') return;
    const isWritten = isWrittenValue(value);
    for (const [key, item] of Object.entries(value)) {
      if (isWritten && key === '$bytes') return;
      const isKey = !Array.isArray(value) && !isWritten;
      path.push(Array.isArray(value) ? Number(key) : key);
      if (isKey) this.#match(key, path, 'key', hits);
      if (isWritten) path.pop();
      this.#look(item, path, hits);
      if (!isWritten) path.pop();
    }
  }

  #match(text: string, path: Path, where: Hit['in'], hits: Hit[]): void {
    const folded = fold(text);
    const { length } = this.#folded;
    const first = folded.indexOf(this.#folded);
    if (first === -1) return;
    let matches = 0;
    for (let at = first; at !== -1; at = folded.indexOf(this.#folded, at + length)) matches += 1;
    const { start, end } = unfold(text, { start: first, end: first + length });
    hits.push({ path: [...path], in: where, text, at: start, length: end - start, matches });
  }
}

function isWrittenValue(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && written.has(keys[0] ?? '');
}
