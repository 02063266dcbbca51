import { expect, test } from 'bun:test';
import { ReachWorld, said } from './reach-world.ts';

test('behind a good proxy all is well, but that the name leads to this machine only', async () => {
  await using world = await ReachWorld.start();
  const findings = await world.findings();
  expect(findings.map(({ check, kind }) => `${check} ${kind}`)).toEqual([
    'identity ok',
    'clock ok',
    'record ok',
    'dns warning',
    'tls ok',
    'proxy ok',
    'client-address ok',
    'sign-in ok',
    'websocket ok',
  ]);
  expect(said(findings, 'dns')).toContain('only programs on this machine');
  expect(said(findings, 'websocket')).toContain('tried from this machine');
});
