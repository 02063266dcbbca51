import { expect, test } from 'bun:test';
import { preferNewestListener } from '../../src/platform/newest-listener.ts';
import { freePort } from '../support/free-port.ts';

function serveAs(word: string, port: number) {
  return Bun.serve({ hostname: '127.0.0.1', port, reusePort: true, fetch: () => new Response(word) });
}

/** Who answered 60 connections. */
async function answering(port: number): Promise<readonly string[]> {
  const answers = Array.from({ length: 60 }, () =>
    fetch(`http://127.0.0.1:${port}/`, { keepalive: false }).then((response) => response.text()),
  );
  return [...new Set(await Promise.all(answers))];
}

test.skipIf(process.platform !== 'linux')(
  'of those that share a port the newest gets every connection, one after the other',
  async () => {
    let oldest = serveAs('0', 0);
    const port = oldest.port ?? 0;
    expect(preferNewestListener(port)).toBe(true);
    for (const word of ['1', '2', '3']) {
      const next = serveAs(word, port);
      expect(await answering(port)).toEqual([word]);
      await oldest.stop(true);
      expect(await answering(port)).toEqual([word]);
      oldest = next;
    }
    await oldest.stop(true);
  },
);

test('where nobody listens there is nobody to prefer', async () => {
  expect(preferNewestListener(await freePort())).toBe(false);
});
