import { expect, test } from 'bun:test';
import type { Surroundings } from '../../../../src/features/doctor/reach/surroundings.ts';
import { lookAtTls } from '../../../../src/platform/tls-look.ts';
import { withHeader, without } from '../../../support/test-proxy.ts';
import { certificates, ReachWorld, said, troubles, unchecked } from './reach-world.ts';

const ofRouter = { address: '8.8.8.8', family: 4 } as const;

/** A machine at home, whose router does not lead its own network back in by the public address. */
const atHome: Partial<Surroundings> = {
  resolve: async () => [ofRouter],
  ownAddresses: () => ['192.168.1.5', 'fe80::1'],
  lookAtTls: async (target) =>
    target.address.address === '127.0.0.1' ? lookAtTls(target) : { kind: 'silent' },
};

test('at home the proxy of this machine is looked at from inside', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings(atHome);
  expect(troubles(findings)).toEqual(['tls warning']);
  expect(unchecked(findings)).toEqual({});
  expect(said(findings, 'tls')).toContain('phone without Wi-Fi');
  expect(said(findings, 'tls')).toContain('inside, at 127.0.0.1');
  expect(said(findings, 'websocket')).toContain('carries frames both ways');
  expect(said(findings, 'websocket')).toContain('Asked inside, at 127.0.0.1');
});

test('what is wrong inside is a warning, for the router may lead elsewhere', async () => {
  await using world = await ReachWorld.start();
  world.proxy.misbehaviour = {
    request: (head) => withHeader(without(head, 'upgrade'), 'Connection', 'close'),
  };
  const findings = await world.findings(atHome);
  expect(troubles(findings)).toEqual(['tls warning', 'websocket warning']);
  expect(said(findings, 'websocket')).toContain('where your router leads apps to it');
});

test('a certificate for the name that has ended inside is a warning', async () => {
  await using world = await ReachWorld.start({ identity: certificates.expired });
  const findings = await world.findings(atHome);
  expect(troubles(findings)).toEqual(['tls warning', 'tls warning']);
  expect(said(findings, 'tls')).toContain('ended 1 day');
});

test('another site of this machine says nothing about ours', async () => {
  await using world = await ReachWorld.start({ identity: certificates.otherName });
  const findings = await world.findings(atHome);
  expect(troubles(findings)).toEqual(['tls warning']);
  expect(said(findings, 'tls')).not.toContain('other.example.com');
});

test('a machine with a public address of its own is not looked at from inside', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings({ ...atHome, ownAddresses: () => ['203.0.113.5', '8.8.4.4'] });
  expect(troubles(findings)).toEqual(['tls problem']);
  expect(Object.keys(unchecked(findings))).toHaveLength(1);
});

const ipv6Alone: Partial<Surroundings> = {
  resolve: async () => [{ address: '2001:4860:4860::8888', family: 6 }],
  ownAddresses: () => ['192.168.1.5'],
};

test('a name with IPv6 alone, on a machine without any, says that nothing could be asked', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings({ ...ipv6Alone, lookAtTls: async () => ({ kind: 'refused' }) });
  expect(troubles(findings)).toEqual(['tls warning']);
  expect(said(findings, 'dns')).toContain('by IPv6 alone');
  expect(said(findings, 'tls')).toContain('no IPv6 of its own to ask 2001:4860:4860::8888 from');
  expect(said(findings, 'tls')).toContain('add an A record');
  const afterwards = ['proxy', 'client-address', 'sign-in', 'websocket'];
  expect(unchecked(findings)).toEqual({
    [`This machine can ask no address of ${world.host}.`]: afterwards,
  });
});

test('there too the proxy of this machine is looked at from inside', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings({ ...ipv6Alone, lookAtTls: atHome.lookAtTls ?? lookAtTls });
  expect(troubles(findings)).toEqual(['tls warning']);
  expect(said(findings, 'websocket')).toContain('carries frames both ways');
});

test('for an address of IPv6 as the host there is no record to add', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  const findings = await world.findings(
    { ...ipv6Alone, lookAtTls: async () => ({ kind: 'refused' }) },
    { GROUNDMIST_HOST: '[2001:4860:4860::8888]' },
  );
  expect(said(findings, 'tls')).not.toContain('record');
  expect(said(findings, 'tls')).toContain('GROUNDMIST_HOST');
});
