import type { AutomergeUrl } from '@automerge/automerge-repo/slim';

/** `xyz.groundmist.library.collection`: the root document of the library, which leads to its others. */
export interface Collection {
  readonly $type: 'xyz.groundmist.library.collection';
  name: string;
  documents: AutomergeUrl[];
}

/** `xyz.groundmist.library.list`: what both devices write into. */
export interface ReadingList {
  readonly $type: 'xyz.groundmist.library.list';
  title: string;
  text: string;
}

/** `xyz.groundmist.library.diary`: one entry for each time somebody has read. */
export interface Diary {
  readonly $type: 'xyz.groundmist.library.diary';
  title: string;
  entries: string[];
}

/** `com.whtwnd.blog.entry`, as the lexicon of the WhiteWind blog has it. */
export interface Draft {
  readonly $type: 'com.whtwnd.blog.entry';
  title: string;
  content: string;
  visibility: 'author';
}

export const emptyList: ReadingList = {
  $type: 'xyz.groundmist.library.list',
  title: 'To read',
  text: '- \n- ',
};

export const emptyDiary: Diary = {
  $type: 'xyz.groundmist.library.diary',
  title: 'Reading diary',
  entries: [],
};

export const draft: Draft = {
  $type: 'com.whtwnd.blog.entry',
  title: 'A server in the cupboard',
  content: '# A server in the cupboard\n\nIt hums, it is mine, and nobody else reads this.',
  visibility: 'author',
};
