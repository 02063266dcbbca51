import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dir, '../fixtures/atproto-interop');

type SyntaxFile = `${'did' | 'handle' | 'nsid'}_syntax_${'valid' | 'invalid'}`;

/** Every text of one of the protocol's test vectors, blanks at its ends included. */
export function interopTexts(name: SyntaxFile): readonly string[] {
  const lines = readFileSync(join(folder, `${name}.txt`), 'utf8').split('\n');
  const texts = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (texts.length === 0) throw new Error(`${name}.txt has no texts`);
  return texts;
}

export function interopJson(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}
