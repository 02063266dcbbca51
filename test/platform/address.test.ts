import { expect, test } from 'bun:test';
import {
  isAddress,
  isAddressOrName,
  isLoopbackAddress,
  isPublicAddress,
} from '../../src/platform/address.ts';

test.each(['1.1.1.1', '8.8.8.8', '2606:4700::1111', '2a00:1450::1', '::ffff:1.1.1.1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::1.1.1.1',
  '0:0:0:0:0:0:1.1.1.1',
  '::101:101',
  '::ffff:0:1.1.1.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::1.1.1.1',
  '64:ff9b:1::7f00:1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1:8000:63bf:80ff:fffe',
  '2001:2::1',
  '2001:20::1',
  '3fff::1',
  '5f00::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:101:101::1',
  'fc00::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '4000::1',
  '',
  'localhost',
])('"%s" is not public', (address) => expect(isPublicAddress(address)).toBe(false));

test('loopback is 127.0.0.0/8 and ::1, mapped or not', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'].map(isLoopbackAddress)).not.toContain(
    false,
  );
  expect(['128.0.0.1', '::2', '0.0.0.0', 'localhost'].map(isLoopbackAddress)).not.toContain(true);
});

test('an address is told from a name', () => {
  expect(['127.0.0.1', '::1', '[::1]'].map(isAddress)).not.toContain(false);
  expect(['localhost', 'one.example', '[x]'].map(isAddress)).not.toContain(true);
});

test.each([
  ['127.0.0.1', true],
  ['[::1]', true],
  ['localhost', true],
  ['my-nas.lan', true],
  ['999.1.1.1', false],
  ['no such', false],
  ['', false],
])('%j may be listened on: %p', (text, expected) => expect(isAddressOrName(text)).toBe(expected));
