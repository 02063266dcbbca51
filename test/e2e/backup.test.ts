import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { loadAutomerge } from '../../src/core/automerge.ts';
import { eventually } from '../support/eventually.ts';
import { fill, openStores, library } from '../support/backed-up.ts';
import { sampleId } from '../support/sample-documents.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
let out: string;
beforeEach(async () => {
  home = await Installation.create();
  out = `${home.binary.folder}/out`;
  mkdirSync(out);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

function begun(): boolean {
  return readdirSync(out).some((name) => name.startsWith('.groundmist-work-'));
}

/** Eight megabytes that do not compress, and so many documents that there is time to end what reads or writes them. */
async function fillLargely(): Promise<void> {
  await fill(home.dataDirectory, 'nodefs', 150);
  const automerge = await loadAutomerge();
  const stores = openStores(home.dataDirectory, 'nodefs');
  const store = await stores.open(library);
  for (let number = 0; number < 8; number += 1) {
    const bytes = randomBytes(2 ** 20);
    const document = automerge.from({ bytes: bytes });
    await store.append(sampleId(1000 + number), {
      chunks: [automerge.save(document)],
      heads: automerge.getHeads(document),
    });
  }
  await stores.close();
}

test('a server does not start with backups inside of its own data', async () => {
  mkdirSync(`${home.dataDirectory}/backups`, { recursive: true });
  const server = home.launch({ GROUNDMIST_BACKUP_DIRECTORY: `${home.dataDirectory}/backups` });
  expect((await server.ending()).exitCode).toBe(2);
  expect(await server.stderr.whole()).toContain('inside the data directory');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle of it leaves nothing', async (signal, exitCode) => {
  await fillLargely();
  const child = home.binary.start(['backup', 'create', '--to', out], { env: home.settings });
  await eventually('it has begun', begun);
  child.kill(signal);
  expect(await child.exited).toBe(exitCode);
  expect(readdirSync(out)).toEqual([]);
});

test('what kill -9 leaves of a backup is hidden, and the next one takes it away', async () => {
  await fillLargely();
  const child = home.binary.start(['backup', 'create', '--to', out], { env: home.settings });
  await eventually('it has begun', begun);
  child.kill('SIGKILL');
  await child.exited;
  expect(readdirSync(out).filter((name) => !name.startsWith('.'))).toEqual([]);
  expect(await home.run('backup', 'create', '--to', out)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(out).map((name) => name.startsWith('groundmist-'))).toEqual([true]);
});

test('kill -9 in the middle of a restore leaves no data directory, and the next one takes the rest away', async () => {
  await fillLargely();
  await home.run('backup', 'create', '--to', `${out}/b.tar.zst`);
  const args = ['backup', 'restore', `${out}/b.tar.zst`, '--data-dir', `${out}/restored`];
  const child = home.binary.start(args, { env: home.settings });
  await eventually('it has begun', begun);
  child.kill('SIGKILL');
  await child.exited;
  expect(existsSync(`${out}/restored`)).toBe(false);
  expect(await home.run(...args)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(out).toSorted()).toEqual(['b.tar.zst', 'restored']);
});

const missing = whyNoSmallDisk();
describe.if(missing === undefined)('on a disk without room', () => {
  test('nothing is left of a backup or a restore', async () => {
    await using disk = await SmallDisk.mount(out);
    await fillLargely();
    const onDisk = async (...args: readonly string[]) => {
      const command = [...disk.through, home.binary.path, 'backup', ...args];
      const child = Bun.spawn(command, { env: home.settings, stdout: 'pipe', stderr: 'pipe' });
      return { exitCode: await child.exited, stderr: await new Response(child.stderr).text() };
    };
    const create = await onDisk('create', '--to', `${out}/b.tar.zst`);
    expect(create.exitCode).toBe(1);
    expect(create.stderr).toContain(`the disk of ${out} has`);
    expect(readdirSync(disk.at(''))).toEqual([]);

    const path = `${home.binary.folder}/b.tar.zst`;
    expect(await home.run('backup', 'create', '--to', path)).toMatchObject({ exitCode: 0 });
    const restore = await onDisk('restore', path, '--data-dir', `${out}/restored`);
    expect(restore.exitCode).toBe(1);
    expect(restore.stderr).toContain('Unpacked, this backup needs');
    expect(readdirSync(disk.at(''))).toEqual([]);
  });

  test('a disk that fills up meanwhile leaves nothing either', async () => {
    await using disk = await SmallDisk.mount(out);
    await fill(home.dataDirectory, 'nodefs', 100);
    const command = [...disk.through, home.binary.path, 'backup', 'create', '--to', out];
    const child = Bun.spawn(command, { env: home.settings, stdout: 'ignore', stderr: 'pipe' });
    await eventually('it has begun', () =>
      readdirSync(disk.at('')).some((name) => name.startsWith('.groundmist')),
    );
    disk.fill();
    expect(await child.exited).toBe(1);
    expect(await new Response(child.stderr).text()).toContain(`The disk of ${out} is full; nothing was left`);
    expect(readdirSync(disk.at(''))).toEqual(['filler']);
  });
});
