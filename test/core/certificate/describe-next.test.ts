import { expect, test } from 'bun:test';
import { describeNext } from '../../../src/core/certificate/describe-next.ts';

const minute = 60_000;
const now = Date.parse('2027-01-01T00:00:00Z');
const failed = { at: now + 10 * minute, earliest: now, now, isThere: false, isCounted: true };

test.each([
  [{}, '; after a restart at once, but no more than four times an hour.'],
  [{ isCounted: false }, '; after a restart at once.'],
  [{ earliest: now + 5 * minute }, '; after a restart not before 2027-01-01T00:05:00.000Z.'],
  [{ earliest: now + 10 * minute }, '; a restart makes that no sooner.'],
  [{ isThere: true }, ', and by a restart at once.'],
])('with %j it says what a restart does', (changed, end) => {
  const sentence = describeNext({ ...failed, ...changed });
  expect(sentence).toContain('It is tried again at 2027-01-01T00:10:00.000Z');
  expect(sentence).toEndWith(end);
});
