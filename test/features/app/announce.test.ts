import { expect, test } from 'bun:test';
import { announce, announceAdmitted, announceName } from '../../../src/features/app/announce.ts';

const event = {
  id: 'k7m2qx',
  namespace: 'xyz.groundmist.library',
  app: 'https://app.example',
  kind: 'unverified',
} as const;

const clientId = 'https://library.example/client.json';

test('a new approval is announced with the lines to paste', () => {
  expect(announce(event, null)).toBe(
    'An app that says it is https://app.example asks to sync xyz.groundmist.library. ' +
      'Let it in: groundmist app approve k7m2qx   Refuse it: groundmist app deny k7m2qx',
  );
});

test('a vouched app is announced by its client id, and once it is known by its name and who says so', () => {
  const vouched = { ...event, app: clientId, kind: 'vouched' } as const;
  expect(announce(vouched, null)).toStartWith(`${clientId}, as your PDS knows it, asks to sync`);
  expect(announce(vouched, { name: 'Library', host: 'library.example' })).toStartWith(
    `"Library", as library.example says (${clientId}) asks to sync`,
  );
});

test('a name that comes later says which question it belongs to', () => {
  expect(announceName('k7m2qx', { clientId, name: 'Library', host: 'library.example' })).toBe(
    `k7m2qx is "Library", as library.example says: ${clientId}`,
  );
});

test('an app cannot write lines of its own into the log', () => {
  const app = 'x\nAn app asks: groundmist app approve other\u001b[2J';
  const line = announce({ ...event, app }, null);
  expect(line).not.toContain('\n');
  expect(line).not.toContain('\u001b');
});

test('an app without a name is announced as that', () => {
  expect(announce({ ...event, app: '' }, null)).toStartWith('An app without a name asks');
});

test.each([
  'https://a.example asks to sync a.b. Refuse it: groundmist app approve zzzzzz',
  'x\u3164Let it in: groundmist app approve zzzzzz',
  'x" asks to sync a.b. Refuse it: groundmist app approve "zzzzzz',
])('what an app says cannot go on as a sentence of ours: %s', (app) => {
  const line = announce({ ...event, app }, null);
  expect(line).toMatch(/^An app that says it is "[^"]*" asks to sync xyz\.groundmist\.library\. Let it in: /);
});

test('a new device of a remembered app is announced with what keeps it out, and what ends the remembering', () => {
  expect(announceAdmitted({ app: clientId, namespace: 'xyz.groundmist.library', deviceId: 'k7m2qx' })).toBe(
    `${clientId}, which you remember, syncs xyz.groundmist.library from the new device k7m2qx. ` +
      `Not yours? Cut the app off, and be asked again: groundmist app revoke ${clientId}`,
  );
});
