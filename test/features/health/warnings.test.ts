import { expect, test } from 'bun:test';
import { Scrape } from '../../support/scrape.ts';
import { Served } from '../../support/served.ts';

test('little room, and a record that leads elsewhere, are said by status and /ready, and counted', async () => {
  await using served = await Served.start({ environment: { GROUNDMIST_METRICS: '127.0.0.1:0' } });
  const { core } = served.composed.groundmist;
  const before = (await Scrape.of(served)).value('groundmist_warnings') ?? NaN;
  const room = { freeBytes: 900_000_000, sizeBytes: 40_000_000_000 };
  Object.defineProperty(core.stores.disk, 'room', { get: () => room });
  core.reports.add(() => ({ publish: { state: 'another-host', problem: 'It leads elsewhere.' } }));
  const little = expect.stringMatching(/^Only 900\.0 MB are left on the disk of .*groundmist-test/);
  expect(await (await served.watch('/ready')).json()).toMatchObject({
    status: 'ready',
    warnings: expect.arrayContaining(['It leads elsewhere.', little]),
  });
  expect((await Scrape.of(served)).value('groundmist_warnings')).toBe(before + 2);
  const status = await served.composed.groundmist.control(new Request('http://localhost/status'));
  expect(await status.json()).toMatchObject({ warnings: expect.arrayContaining([little]), disk: room });
});
