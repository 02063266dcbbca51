import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { Counter } from '@automerge/automerge';
import { eventually } from '../support/eventually.ts';
import { generations, type Content, type StockDocument } from '../support/stock-client.ts';
import { World } from '../support/world.ts';

/** A bound for what hangs: after a restart every client of the file syncs again, on a machine that may be busy. */
setDefaultTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const pairings = generations.flatMap((writer) => generations.map((reader) => ({ writer, reader })));

async function shows(document: StockDocument, expected: Content): Promise<void> {
  await eventually(`the client shows ${JSON.stringify(expected)}`, () =>
    Bun.deepEquals(document.content(), expected),
  );
}

describe.each(pairings)('a $writer writer and a $reader reader', ({ writer, reader }) => {
  test('maps, lists, text, bytes and nested objects arrive', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const content = {
      title: 'Grüße 🌫',
      list: [1, 'two', { three: 3 }, [4]],
      nested: { ok: true, nothing: null, price: 1.5 },
      bytes: new Uint8Array([1, 2, 255]),
    };
    const { url } = author.create(content);
    expect((await audience.find(url)).content()).toEqual(content);
  });

  test('counters add up', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const mine = author.create({ count: new Counter(40) });
    const theirs = await audience.find(mine.url);
    const increment = (content: Content) => (content['count'] as Counter).increment(1);
    mine.change(increment);
    theirs.change(increment);
    const total = ({ count }: Content) => (count as { readonly value: number }).value === 42;
    await eventually('the writer counts both', () => total(mine.content()));
    await eventually('the reader counts both', () => total(theirs.content()));
  });

  test('an empty object document exists', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const { url } = author.create({});
    expect((await audience.find(url)).content()).toEqual({});
  });

  test('edits of both reach both', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const mine = author.create({ from: 'writer' });
    const theirs = await audience.find(mine.url);
    mine.change((content) => void (content['more'] = 1));
    theirs.change((content) => void (content['reply'] = 'reader'));
    const both = { from: 'writer', more: 1, reply: 'reader' };
    await shows(mine, both);
    await shows(theirs, both);
  });

  test('200 documents at once arrive', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const documents = Array.from({ length: 200 }, (_, index) => author.create({ index }));
    const found = await Promise.all(documents.map(({ url }) => audience.find(url)));
    expect(found.map((document) => document.content())).toEqual(documents.map((_, index) => ({ index })));
  });

  test('two editors merge what they wrote while the server was away', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const mine = author.create({ shared: 'start' });
    const theirs = await audience.find(mine.url);
    await world.stopServer();
    // What a stock client sends on a socket that is just closing ends in an error that nobody catches.
    await Promise.all([author.alone(), audience.alone()]);
    mine.change((content) => void (content['mine'] = 'offline'));
    theirs.change((content) => void (content['theirs'] = 'offline too'));
    await world.startServer();
    const merged = { shared: 'start', mine: 'offline', theirs: 'offline too' };
    await shows(mine, merged);
    await shows(theirs, merged);
  });

  test('presence reaches the other one', async () => {
    const [author, audience] = [await world.client(writer), await world.client(reader)];
    const mine = author.create({ presence: true });
    const theirs = await audience.find(mine.url);
    const heard: unknown[] = [];
    mine.onBroadcast((message) => heard.push(message));
    theirs.broadcast({ cursor: 7 });
    await eventually('the cursor arrives', () => heard.length > 0);
    expect(heard).toEqual([{ cursor: 7 }]);
  });
});

test('two apps share the documents of one namespace', async () => {
  const [first, second] = [await world.client('2.5.6'), await world.client('2.5.6')];
  const document = first.create({ by: 'the first app' });
  const same = await second.find(document.url);
  same.change((content) => void (content['and'] = 'the second app'));
  await shows(document, { by: 'the first app', and: 'the second app' });
});

test('a document that nobody has is unavailable, and comes to who asked when it arrives', async () => {
  const [here, elsewhere] = [await World.start(), await World.start()];
  const reader = await here.client('2.5.6');
  const writer = await elsewhere.client('2.5.6');
  const { url } = writer.create({ late: true });
  expect(await reader.find(url).then(() => undefined, String)).toContain('unavailable');
  writer.connect(await here.admit('xyz.groundmist.library'));
  const found = await eventually('the document came', () => reader.find(url).catch(() => undefined));
  expect(found.content()).toEqual({ late: true });
  await here[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

test.each([...generations])(
  'a server that lost its disk gets everything back from a %s client',
  async (generation) => {
    const own = await World.start();
    const client = await own.client(generation);
    const documents = Array.from({ length: 20 }, (_, index) => client.create({ index }));
    const witness = await own.client('2.5.6');
    await Promise.all(documents.map(({ url }) => witness.find(url)));
    witness.close();
    client.close();
    await own.loseEverything();
    client.connect(await own.admit('xyz.groundmist.library'));
    const newcomer = await own.client('2.5.6');
    for (const document of documents) {
      const found = await eventually('it is back', () => newcomer.find(document.url).catch(() => undefined));
      expect(found.content()).toEqual(document.content());
    }
    await own[Symbol.asyncDispose]();
  },
);
