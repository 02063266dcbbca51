import type { AutomergeUrl } from '@automerge/automerge-repo/slim';

/** `xyz.groundmist.library.collection`: the root document of the library, which leads to its entries. */
export interface Collection {
  readonly $type: 'xyz.groundmist.library.collection';
  name: string;
  entries: AutomergeUrl[];
}

/** `xyz.groundmist.library.entry` */
export interface Entry {
  readonly $type: 'xyz.groundmist.library.entry';
  title: string;
  authors: string[];
  year: number;
  isRead: boolean;
  notes: string[];
}

/** `com.whtwnd.blog.entry`, as the lexicon of the WhiteWind blog has it. */
export interface Draft {
  readonly $type: 'com.whtwnd.blog.entry';
  title: string;
  content: string;
  visibility: 'author';
}

export const entries: readonly Entry[] = [
  entry('A Pattern Language', ['Christopher Alexander', 'Sara Ishikawa', 'Murray Silverstein'], 1977),
  entry('The Left Hand of Darkness', ['Ursula K. Le Guin'], 1969),
  entry(
    'Local-first software: you own your data, in spite of the cloud',
    ['Martin Kleppmann', 'Adam Wiggins', 'Peter van Hardenberg', 'Mark McGranaghan'],
    2019,
  ),
];

export const drafts: readonly Draft[] = [
  draft(
    'A server in the cupboard',
    '# A server in the cupboard\n\nIt hums, it is mine, and nobody else reads this.',
  ),
  draft('What the fog leaves', '# What the fog leaves\n\nDrops on the fence, first. To be continued.'),
];

function entry(title: string, authors: string[], year: number): Entry {
  return { $type: 'xyz.groundmist.library.entry', title, authors, year, isRead: false, notes: [] };
}

function draft(title: string, content: string): Draft {
  return { $type: 'com.whtwnd.blog.entry', title, content, visibility: 'author' };
}
