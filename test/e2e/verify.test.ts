import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

test('verify checks beside a server, finds one flipped byte, repairs, and a device brings back what was lost', async () => {
  let server = await home.serve();
  const app = await home.client(await home.admit());
  const document = app.create({ title: 'one', steps: 0 });
  for (let step = 1; step <= 5; step += 1) document.change((content) => void (content['steps'] = step));
  const shows = async (): Promise<boolean> => (await home.run('inspect', document.url)).stdout.includes('5');
  await eventually('all is stored', shows);

  const beside = await home.run('verify');
  expect(beside.exitCode).toBe(0);
  expect(
    beside.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toMatchObject([
    { kind: 'note', note: expect.stringContaining('A server holds the data directory') },
    { kind: 'summary', documents: 1, damagedDocuments: 0 },
  ]);
  const held = await home.run('verify', '--repair');
  expect(held.exitCode).toBe(5);
  expect(held.stderr).toContain('is held by process');
  await server.stop();

  const database = join(home.dataDirectory, ...library.split('.'), 'documents.sqlite');
  expect(existsSync(join(home.dataDirectory, '.groundmist/sums'))).toBe(true);
  expect((await home.run('verify')).exitCode).toBe(0);
  flipLastChange(database);
  const damaged = await home.run('verify');
  expect(damaged.exitCode).toBe(3);
  expect(damaged.stdout).toContain('its checksum does not match its content');
  expect((await home.run('verify', '--repair')).exitCode).toBe(0);
  expect((await home.run('verify')).exitCode).toBe(0);

  server = await home.serve();
  await eventually('the device brought it back', shows);
  await server.stop();
  expect((await home.run('verify')).exitCode).toBe(0);
});

/** Within the newest change that lies in the file. */
function flipLastChange(path: string): void {
  const bytes = readFileSync(path);
  const magic = Buffer.from([0x85, 0x6f, 0x4a, 0x83]);
  const at = bytes.indexOf(magic) + 30;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
