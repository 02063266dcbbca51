import { expect, test } from 'bun:test';
import { sayHttp } from '../../support/raw-http.ts';
import { Served } from '../../support/served.ts';

test('who asks the network by HTTP/1.0 and no name hears that it is alive, and nothing else', async () => {
  await using served = await Served.start();
  const ask = async (path: string) =>
    (await sayHttp(served.port, `GET ${path} HTTP/1.0\r\n\r\n`)).split(' ')[1];
  expect(await ask('/health')).toBe('200');
  for (const path of ['/', '/ready', '/.well-known/did.json'])
    expect([path, await ask(path)]).toEqual([path, '400']);
});
