import { styleText } from 'node:util';

/** Colours of a screen; without them the text says the same. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  problem(text: string): string;
}

const asItIs = (text: string): string => text;

export const plain: Paint = { bold: asItIs, dim: asItIs, good: asItIs, warning: asItIs, problem: asItIs };

export const colourful: Paint = {
  bold: (text) => styleText('bold', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  good: (text) => styleText('green', text, { validateStream: false }),
  warning: (text) => styleText('yellow', text, { validateStream: false }),
  problem: (text) => styleText('red', text, { validateStream: false }),
};
