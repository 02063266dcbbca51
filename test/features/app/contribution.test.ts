import { expect, test } from 'bun:test';
import { announce } from '../../../src/features/app/contribution.ts';

const event = {
  id: 'k7m2qx',
  namespace: 'xyz.groundmist.library',
  app: 'https://app.example',
  kind: 'unverified',
} as const;

test('a new approval is announced with the lines to paste', () => {
  expect(announce(event)).toBe(
    'An app that says it is https://app.example asks to sync xyz.groundmist.library. ' +
      'Let it in: groundmist app approve k7m2qx   Refuse it: groundmist app deny k7m2qx',
  );
});

test('an app cannot write lines of its own into the log', () => {
  const app = 'x\nAn app asks: groundmist app approve other\u001b[2J';
  const line = announce({ ...event, app });
  expect(line).not.toContain('\n');
  expect(line).not.toContain('\u001b');
});

test('an app without a name is announced as that', () => {
  expect(announce({ ...event, app: '' })).toStartWith('An app without a name asks');
});
