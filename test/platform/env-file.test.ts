import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { envLines, envValues, formatEnvEntry, parseEnvFile } from '../../src/platform/env-file.ts';

function read(text: string): Record<string, string> {
  return { ...envValues(parseEnvFile(text)) };
}

test.each([
  ['A=1\nB=2\n', { A: '1', B: '2' }],
  ['\u{FEFF}A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['export A=1', { A: '1' }],
  ['  A  =  1  ', { A: '1' }],
  ['# A=1\n\nB=2 # two', { B: '2' }],
  ['A=a#b', { A: 'a#b' }],
  ['A=#b', { A: '' }],
  ['A=', { A: '' }],
  ["A='a # $B \\n'", { A: 'a # $B \\n' }],
  ['A="a\\n\\"b\\" \\\\ $B" # why', { A: 'a\n"b" \\ $B' }],
  ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
  ['A=1\nA=2', { A: '2' }],
  ['__proto__=1', JSON.parse('{"__proto__":"1"}')],
])('%j is read as %j', (text, values) => {
  expect(Object.entries(read(text))).toEqual(Object.entries(values));
});

test.each(['PORT 3031', '=1', '1A=2', 'A="never closed', 'A="b" c'])(
  '%j is told to be unreadable',
  (text) => {
    expect(parseEnvFile(text)).toEqual([{ kind: 'unreadable', line: 1, text }]);
  },
);

test('every value that is written is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const text = `BEFORE=1\n${formatEnvEntry('NAME', value)}\nAFTER=2\n`;
      expect(read(text)).toEqual({ BEFORE: '1', NAME: value, AFTER: '2' });
    }),
  );
});

test('the texts of the entries make the file again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('A', '=', '"', "'", '#', '\n', ' ', '\\') })),
      (parts) => {
        const text = parts.join('\n');
        const again = parseEnvFile(`${text}\n`).map((entry) => entry.text);
        expect(again.join('\n')).toBe(text);
      },
    ),
  );
});

test('each value is found at the line it begins at, also below one over several lines; the last of a name counts', () => {
  const text = '# first\nA=1\n\nB="two\nlines"\nno assignment\nC=3\nA=4\n';
  expect({ ...envLines(parseEnvFile(text)) }).toEqual({ A: 8, B: 4, C: 7 });
});
