import { Counter } from '@automerge/automerge';
import type { Content } from '../../support/stock-client.ts';

const words = ['mist', 'ground', 'river', 'stone', 'lamp', 'quiet', 'harbour', 'letter', 'garden', 'winter'];

export type Random = () => number;

export function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

export function newContent(random: Random, serial: number): Content {
  return {
    $type: 'xyz.groundmist.library.note',
    title: `note ${serial}`,
    body: sentence(random, 40),
    tags: [pick(random, words)],
    count: new Counter(0),
    cells: { a: { x: 0 } },
  };
}

/** One of the things that apps do to a document; which one, and with what, the numbers say. */
export function editOf(random: Random, serial: number): (content: Content) => void {
  const edit = pick(random, edits) ?? setTitle;
  const value = sentence(random, 1 + Math.floor(random() * 12));
  const place = random();
  return (content) => edit(content, { value, place, serial });
}

interface Written {
  readonly value: string;
  /** From 0 up to 1: where in a list, or which key. */
  readonly place: number;
  readonly serial: number;
}

function setTitle(content: Content, { value }: Written): void {
  content['title'] = value;
}

const edits: readonly ((content: Content, written: Written) => void)[] = [
  setTitle,
  (content, { value }) => {
    content['body'] = value;
  },
  (content, { value, place }) => {
    const tags = content['tags'];
    if (Array.isArray(tags)) tags.splice(Math.floor(place * (tags.length + 1)), 0, value);
  },
  (content, { place }) => {
    const tags = content['tags'];
    // Not beyond the end: what throws in a change is the end of the document in a stock client.
    if (Array.isArray(tags) && tags.length > 3) tags.splice(Math.floor(place * (tags.length - 1)), 2);
  },
  (content) => {
    const { count } = content;
    if (count instanceof Counter) count.increment(1);
  },
  (content, { value, place, serial }) => {
    content[`key ${Math.floor(place * 8)}`] = { value, serial };
  },
  (content, { place }) => {
    delete content[`key ${Math.floor(place * 8)}`];
  },
];

function sentence(random: Random, count: number): string {
  return Array.from({ length: count }, () => pick(random, words)).join(' ');
}
