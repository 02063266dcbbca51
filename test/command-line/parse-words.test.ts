import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { describeCommands, flagsEverywhere, shownCommands } from '../../src/command-line/description.ts';
import { Failure } from '../../src/core/failure.ts';
import { offerFor } from '../../src/features/completion/offer.ts';
import { features } from '../../src/features.ts';
import { parseWords } from '../../src/command-line/parse-words.ts';

const commands = describeCommands(features);
const flags = [...commands.flatMap((described) => described.flags), ...flagsEverywhere].map(
  ({ name }) => name,
);
const words = [
  ...commands.flatMap(({ path }) => path),
  ...flags,
  'help',
  '-h',
  '--',
  '-',
  '',
  '=',
  '--=',
  '-x',
  '--x=1',
  '__proto__',
  '--__proto__',
  '--constructor=1',
];
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...words) },
  fc.string({ maxLength: 12 }),
  fc.constantFrom(...flags.map((flag) => `${flag}=1`)),
);
const line = fc.oneof(
  fc.array(word, { maxLength: 8 }),
  fc
    .tuple(fc.constantFrom(...commands.map(({ path }) => path)), fc.array(word, { maxLength: 6 }))
    .map(([path, rest]) => [...path, ...rest]),
);

/** What the words ask for, or the sentence that refuses them. */
function outcomeOf(argv: readonly string[]): unknown {
  try {
    return parseWords(argv, commands);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'Usage') throw error;
    return error.message;
  }
}

test('whatever is typed is understood or refused with a sentence; nothing else comes of it', () => {
  fc.assert(
    fc.property(line, (argv) => {
      const outcome = outcomeOf(argv);
      if (typeof outcome === 'string') expect(outcome).toMatch(/[.?!\]]$/);
      else
        expect(outcome).toMatchObject({
          kind: expect.stringMatching(/^(?:command|help|version|unfinished)$/),
        });
    }),
    { numRuns: 2000 },
  );
});

test('what completion offers after any words is understood there, as far as it goes', () => {
  const shown = shownCommands(features);
  fc.assert(
    fc.property(line, (before) => {
      for (const { word: offered } of offerFor([...before, ''], commands).words) {
        if (typeof outcomeOf(before) === 'string') continue;
        const outcome = outcomeOf([...before, offered]);
        const isShort = /needs|is missing/.test(String(outcome));
        expect([before, offered, typeof outcome === 'string' && !isShort]).toEqual([before, offered, false]);
      }
      expect(offerFor([...before, '--'], shown)).toBeDefined();
    }),
    { numRuns: 1000 },
  );
});
