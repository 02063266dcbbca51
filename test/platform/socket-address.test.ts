import { expect, test } from 'bun:test';
import { parseSocketAddress } from '../../src/platform/socket-address.ts';

test.each([
  ['127.0.0.1:3032', '127.0.0.1', 3032],
  ['[::1]:0', '::1', 0],
  ['localhost:65535', 'localhost', 65535],
])('%s is an address and a port', (text, hostname, port) => {
  expect(parseSocketAddress(text)).toEqual({ hostname, port });
});

test.each([
  '3032',
  '127.0.0.1',
  '127.0.0.1:70000',
  'example.com:3032',
  '::1:3032',
  '[::1]',
  'on',
  ':3032',
  '',
])('"%s" is not', (text) => {
  expect(parseSocketAddress(text)).toBeUndefined();
});
