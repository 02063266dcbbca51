import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { generations, type StockClient } from '../support/stock-client.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

const essays = 'xyz.groundmist.notebook.essay';

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** `groundmist init`; from here on every command finds its settings in the file that it wrote. */
async function init(): Promise<void> {
  const { binary, port, owner, dataDirectory } = home;
  const where = ['--host', `localhost:${port}`, '--port', String(port), '--data-dir', dataDirectory];
  expect(await binary.run(['init', '--did', owner.did, ...where])).toMatchObject({ exitCode: 0, stderr: '' });
  home.settings = home.directory;
}

/** What `inspect --dump` prints of a target, by URL. */
async function dump(...target: readonly string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await home.run('inspect', '--dump', ...target);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const documents = lines.map(
    (line) => JSON.parse(line) as { readonly url: string; readonly content: unknown },
  );
  return Object.fromEntries(documents.map(({ url, content }) => [url, content]));
}

async function tree(): Promise<string> {
  const { stdout } = await home.run('inspect');
  return stdout;
}

async function contents(client: StockClient, urls: readonly string[]): Promise<Record<string, unknown>> {
  const documents = await Promise.all(urls.map((url) => client.find(url)));
  return Object.fromEntries(documents.map((document) => [document.url, document.content()]));
}

test('an app waits for the owner, is let in by `app approve`, and its token outlives the server', async () => {
  await init();
  const server = await home.serve();
  const app = await TestApp.create(home.owner);
  const rootDocUrl = 'automerge:2oEWgjzC6sBZmLsoKjtuJNhPfdHo';
  const asking = { namespace: library, origin: 'https://library.example', rootDocUrl };
  const answering = app.authenticate(home.url, asking);
  const waiting = await eventually('the app is listed as waiting', async () => {
    const { stdout } = await home.run('app', 'list', '--json');
    return (JSON.parse(stdout) as { approvals: { id: string; namespace: string; origin: string }[] })
      .approvals[0];
  });
  expect(waiting).toMatchObject({ namespace: library, origin: 'https://library.example' });
  await eventually('serve prints it', () =>
    server.stderr.text.includes(`groundmist app approve ${waiting.id}`),
  );
  expect(await home.run('app', 'approve', waiting.id)).toMatchObject({ exitCode: 0, stderr: '' });
  const { status, body } = await answering;
  expect({ status, body }).toEqual({
    status: 200,
    body: { result: 'OK', token: expect.stringMatching(/^gms_[\w-]{43}$/), rootDocUrl },
  });
  await server.kill();
  const again = await home.serve();
  const reload = await app.authenticate(home.url, { ...asking, rootDocUrl: null });
  expect(reload).toMatchObject({ status: 200, body: { rootDocUrl } });
  expect(again.stderr.text).not.toContain('groundmist app approve');
});

test.each([...generations])(
  'what %s apps wrote is there after kill -9, for them and for inspect',
  async (generation) => {
    await init();
    const server = await home.serve();
    const socketUrl = await home.admit();
    const writer = await home.client(socketUrl, generation);
    const witness = await home.client(await home.admit(), '2.5.6');
    const essayist = await home.client(await home.admit(essays), generation);
    const shelf = writer.create({
      $type: `${library}.entry`,
      title: 'Grüße 🌫',
      by: ['A', 'B'],
      pages: { first: 1 },
    });
    const empty = writer.create({});
    const essay = essayist.create({ text: 'of the notebook' });
    const urls = [shelf.url, empty.url];
    await contents(witness, urls);
    const seen = await witness.find(shelf.url);
    seen.change((content) => void (content['note'] = 'from the witness'));
    await eventually('the writer sees the note', () => shelf.content()['note'] !== undefined);
    const [inLibrary, inEssays] = [await contents(witness, urls), { [essay.url]: essay.content() }];

    await eventually(
      'inspect shows the essay beside the server',
      async () => essay.url in (await dump(essays)),
    );
    expect(await dump('xyz/groundmist/library')).toEqual(inLibrary);
    expect(await dump()).toEqual({ ...inLibrary, ...inEssays });
    await server.kill();
    for (const client of [writer, essayist]) client.close();

    expect(await tree()).toMatch(
      /xyz\.groundmist\n.*library +2 documents .*\n.*notebook\.essay +1 document /,
    );
    expect(await dump(library)).toEqual(inLibrary);
    expect(await dump('xyz/groundmist/notebook/essay')).toEqual(inEssays);
    expect(await dump(`${library}.entry`)).toEqual({ [shelf.url]: inLibrary[shelf.url] });

    const restarted = await home.serve();
    const reloaded = await home.client(socketUrl, generation);
    expect(await contents(reloaded, urls)).toEqual(inLibrary);
    const mine = await reloaded.find(shelf.url);
    seen.change((content) => void (content['after'] = 'the restart'));
    await eventually('the witness, never reloaded, is back', () => mine.content()['after'] === 'the restart');
    expect(await restarted.stop()).toEqual({ exitCode: 0, signal: null });
    expect(await dump(library)).toEqual({ ...inLibrary, [shelf.url]: mine.content() });
  },
);
