import { expect, test } from 'bun:test';
import { eventually } from '../../support/eventually.ts';
import { Scrape } from '../../support/scrape.ts';
import { Served } from '../../support/served.ts';
import { connectStock, generations } from '../../support/stock-client.ts';
import { noPromtool, runPromtool } from '../../support/promtool.ts';

test.skipIf(noPromtool !== '')(
  `Prometheus finds nothing wrong with the metrics of a server at work${noPromtool}`,
  async () => {
    await using served = await Served.start({ environment: { GROUNDMIST_METRICS: '127.0.0.1:0' } });
    const quiet = await Scrape.of(served);
    const clients = [];
    for (const generation of generations) clients.push(connectStock(generation, await served.admit()));
    try {
      await Promise.all(clients.map((client) => client.ready()));
      const documents = clients.flatMap((client) =>
        Array.from({ length: 10 }, (_, n) => client.create({ n })),
      );
      for (const document of documents)
        document.change((content) => void (content['more'] = 'x'.repeat(100)));
      await served.ask({ start: 'POST /authenticate', body: '{}' });
      const busy = await eventually('all is stored', async () => {
        served.composed.clock.advance(60_000);
        const scrape = await Scrape.of(served);
        return scrape.value('groundmist_documents_stored') === documents.length && scrape;
      });
      for (const { text } of [quiet, busy]) expect(await runPromtool(['check', 'metrics'], text)).toBe('');
    } finally {
      for (const client of clients) client.close();
    }
  },
);
