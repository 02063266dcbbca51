import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { appKey, appName } from '../../../src/core/auth/app.ts';
import { Devices, type DeviceDescription } from '../../../src/core/auth/device.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

const description: DeviceDescription = {
  thumbprint: 'thumbprint',
  app: { kind: 'unverified', says: 'https://app.example' },
  origin: 'https://app.example',
  userAgent: 'Browser/1',
};

test('a device is found by its key and by its short id', () => {
  const devices = new Devices(openTestControlDatabase(), randomBytes);
  const device = devices.admit(description, 1000);
  expect(device).toEqual({
    ...description,
    id: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{6}$/),
    firstSeen: 1000,
    lastSeen: 1000,
    isRevoked: false,
  });
  expect(devices.findByThumbprint('thumbprint')).toEqual(device);
  expect(devices.find(device.id)).toEqual(device);
  expect(devices.find('other')).toBeUndefined();
});

test('vouched and nameless apps come back as they were', () => {
  const devices = new Devices(openTestControlDatabase(), randomBytes);
  const vouched = { kind: 'vouched', clientId: 'https://app.example/client.json' } as const;
  const nameless = { kind: 'unverified', says: undefined } as const;
  devices.admit({ ...description, thumbprint: 'a', app: vouched }, 1);
  devices.admit({ thumbprint: 'b', app: nameless, origin: undefined, userAgent: undefined }, 2);
  expect(devices.list().map(({ app, origin, userAgent }) => ({ app, origin, userAgent }))).toEqual([
    { app: vouched, origin: 'https://app.example', userAgent: 'Browser/1' },
    { app: nameless, origin: undefined, userAgent: undefined },
  ]);
});

test('a device admitted again keeps its id, its app and when it was seen: the owner’s answer is no visit', () => {
  const devices = new Devices(openTestControlDatabase(), randomBytes);
  const first = devices.admit(description, 1000);
  devices.seen(first.id, 1500);
  const again = devices.admit({ ...description, origin: 'https://other.example' }, 2000);
  expect(again).toEqual({ ...first, lastSeen: 1500 });
});

test('a revoked device is not listed, and comes back under its id as it asks then', () => {
  const devices = new Devices(openTestControlDatabase(), randomBytes);
  const { id } = devices.admit(description, 1000);
  devices.revoke(id, 1500);
  expect(devices.list()).toEqual([]);
  expect(devices.find(id)?.isRevoked).toBe(true);
  const again = devices.admit({ ...description, origin: 'https://other.example' }, 2000);
  expect(again).toMatchObject({ id, origin: 'https://other.example', isRevoked: false });
});

test('an id that is taken is not given twice', () => {
  let calls = 0;
  const sameTwice = (sizeBytes: number) => new Uint8Array(sizeBytes).fill(calls++ < 2 ? 1 : 2);
  const devices = new Devices(openTestControlDatabase(), sameTwice);
  expect(devices.admit({ ...description, thumbprint: 'a' }, 1).id).toBe('111111');
  expect(devices.admit({ ...description, thumbprint: 'b' }, 1).id).toBe('222222');
});

test('an app is its vouched client id, else its Origin, else what it is told to be', () => {
  const vouched = { kind: 'vouched', clientId: 'https://a.example/c.json' } as const;
  const claiming = { kind: 'unverified', says: 'https://a.example/c.json' } as const;
  expect(appKey({ app: vouched, origin: 'https://b.example' }, 'x')).toBe('client:https://a.example/c.json');
  expect(appKey({ app: claiming, origin: 'https://b.example' }, 'x')).toBe('origin:https://b.example');
  expect(appKey({ app: claiming, origin: undefined }, 'x')).toBe('x');
  expect(appName({ app: vouched, origin: undefined })).toBe('https://a.example/c.json');
  expect(appName({ app: { kind: 'unverified', says: undefined }, origin: 'https://b.example' })).toBe(
    'https://b.example',
  );
});

test.each(['null', ''])('the Origin "%s", which many pages share, names no app', (origin) => {
  const app = { kind: 'unverified', says: origin } as const;
  expect(appKey({ app, origin }, 'x')).toBe('x');
  expect(appName({ app, origin })).toBeUndefined();
  expect(appName({ app, origin: 'https://b.example' })).toBe('https://b.example');
});
