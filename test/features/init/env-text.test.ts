import { expect, test } from 'bun:test';
import { mergeEnvText } from '../../../src/features/init/env-text.ts';
import { parseEnvFile } from '../../../src/platform/env-file.ts';

const before = '# mine\nA=1 # one\nexport OTHER="x y"\nB=2\nA=3\n';

test('what stays is untouched to the byte, what changes stands where it stood, what is new comes last', () => {
  const merged = mergeEnvText(parseEnvFile(before), { A: '3', B: 'two words', C: '4' });
  expect(merged.text).toBe('# mine\nA=1 # one\nexport OTHER="x y"\nB=\'two words\'\nA=3\nC=4\n');
  expect(merged).toMatchObject({ changed: ['B'], kept: ['A'], removed: [], foreign: ['OTHER'] });
});

test('a name that is to go goes with every line of it', () => {
  const merged = mergeEnvText(parseEnvFile(before), { A: undefined, B: '2' });
  expect(merged.text).toBe('# mine\nexport OTHER="x y"\nB=2\n');
  expect(merged).toMatchObject({ removed: ['A'], kept: ['B'], own: ['B=2'] });
});

test('nothing to change gives the same text', () => {
  const text = 'A=1\nB=2\n';
  expect(mergeEnvText(parseEnvFile(text), { A: '1', B: '2', C: undefined }).text).toBe(text);
});

test('of two lines with one name the last counts, and the other stays', () => {
  const entries = parseEnvFile('A=old\nA=new # why\n');
  expect(mergeEnvText(entries, { A: 'new' })).toMatchObject({
    text: 'A=old\nA=new # why\n',
    kept: ['A'],
    changed: [],
    own: ['A=new'],
    otherLineCount: 1,
  });
  expect(mergeEnvText(entries, { A: 'other' }).text).toBe('A=old\nA=other\n');
});
