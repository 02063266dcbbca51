import { expect, test } from 'bun:test';
import { judgeAddresses } from '../../../../src/features/doctor/reach/names.ts';
import { ReachWorld, said, troubles } from './reach-world.ts';

test.each<[readonly string[], readonly string[], 'ok' | 'warning', string]>([
  [['8.8.8.8'], ['8.8.8.8', 'fe80::1'], 'ok', 'this machine'],
  [['8.8.8.8'], ['192.168.1.5'], 'ok', 'a router, a tunnel or another machine'],
  [['192.168.1.5'], ['192.168.1.5'], 'warning', 'devices in its own network'],
  [['100.100.1.2'], [], 'warning', 'in a VPN'],
  [['8.8.8.8', 'fd00::1'], [], 'warning', 'leads to fd00::1'],
  [['127.0.0.1', '::1'], [], 'warning', 'programs on this machine'],
])('%p, for a machine with %p, is %s', (addresses, own, kind, words) => {
  const finding = judgeAddresses('sync.example.com', addresses, own);
  expect(finding.kind).toBe(kind);
  expect(finding.cause).toContain(words);
});

test('a name without an address says once what stands on it', async () => {
  await using world = await ReachWorld.start({ isServed: false });
  for (const resolve of [async () => [], () => Promise.reject(new Error('no such name'))]) {
    const findings = await world.findings({ resolve });
    expect(troubles(findings)).toEqual(['dns problem']);
    expect(said(findings, 'dns')).toContain('Not checked because of this: tls, proxy');
  }
});
