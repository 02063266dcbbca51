import { expect, test } from 'bun:test';
import { clientAddress, isCidr, parseCidr, subscriberNetwork } from '../../src/platform/client-address.ts';

const trusted = ['127.0.0.0/8', '::1/128', '10.0.0.0/8'].map(parseCidr);

test.each([
  ['without a header, the socket', '127.0.0.1', null, '127.0.0.1'],
  ['behind a proxy, what it saw', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['not what the client wrote before it', '127.0.0.1', '8.8.8.8, 203.0.113.9', '203.0.113.9'],
  ['through two proxies of ours', '127.0.0.1', '203.0.113.9, 10.1.1.1', '203.0.113.9'],
  ['a stranger is not believed', '203.0.113.9', '127.0.0.1', '203.0.113.9'],
  ['junk is not believed', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['junk further left does no harm', '127.0.0.1', '<script>, 203.0.113.9', '203.0.113.9'],
  ['IPv6 too', '::1', '2001:db8::1', '2001:db8::1'],
  ['IPv4 in IPv6 is IPv4', '::ffff:127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['no address at all', 'unknown', '203.0.113.9', 'unknown'],
])('%s', (_name, socket, forwardedFor, expected) => {
  expect(clientAddress(socket, forwardedFor, trusted)).toBe(expected);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('the network of %s is %s', (address, network) => {
  expect(subscriberNetwork(address)).toBe(network);
});

test('a CIDR has a length that fits', () => {
  expect(['10.0.0.0/8', '::/0'].every(isCidr)).toBe(true);
  expect(['10.0.0.0', '10.0.0.0/33', 'all', ''].some(isCidr)).toBe(false);
});
