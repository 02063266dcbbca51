import { styleText } from 'node:util';

/** What a piece of output is, which decides its colour. */
export type Tone =
  | 'title'
  | 'key'
  | 'text'
  | 'number'
  | 'word'
  | 'special'
  | 'faint'
  | 'added'
  | 'removed'
  | 'changed'
  | 'good'
  | 'warning'
  | 'problem';

/** `text` in the colour of its tone. */
export type Paint = (tone: Tone, text: string) => string;

// Those sixteen that each person's terminal shows as its owner likes them.
const styles = {
  title: 'bold',
  key: 'blue',
  text: 'green',
  number: 'cyan',
  word: 'magenta',
  special: 'yellow',
  faint: 'dim',
  added: 'green',
  removed: 'red',
  changed: 'yellow',
  good: 'green',
  warning: 'yellow',
  problem: 'red',
} as const;

/** Paints for a terminal that shows colours, and leaves text as it is for all else. */
export function painter({ hasColor }: { readonly hasColor: boolean }): Paint {
  if (!hasColor) return (_, text) => text;
  // Whether there is a terminal was asked before: the stream that Node would look at may be a pager's.
  return (tone, text) => styleText(styles[tone], text, { validateStream: false });
}
