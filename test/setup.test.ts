import { afterAll, beforeAll, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { packageManager } from '../package.json' with { type: 'json' };
import { readLock } from '../release/lock.ts';
import { temporaryFolder, type TemporaryFolder } from './support/folder.ts';

const root = join(import.meta.dir, '..');
const version = packageManager.replace(/^bun@/, '');
const npmLock = z.object({
  packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })),
});
const lockText = readFileSync(join(root, 'bin/bun/package-lock.json'), 'utf8');
const locked = Object.entries(npmLock.parse(JSON.parse(lockText)).packages).flatMap(([path, { integrity }]) =>
  integrity === undefined ? [] : [{ name: path.replace(/^node_modules\//, ''), integrity }],
);

test('the Bun that is fetched has the hashes of the one that is released, and names no registry', () => {
  const released = [...readLock(join(root, 'release/runtimes/bun.lock')).values()];
  const byName = released.map(({ name, integrity }) => ({ name, integrity }));
  expect(locked.toSorted((one, next) => (one.name < next.name ? -1 : 1))).toEqual(byName);
  expect(new Set(released.map((one) => one.version))).toEqual(new Set([version]));
  expect(readFileSync(join(root, 'bin/setup'), 'utf8')).toContain(`\nversion=${version}\n`);
  expect(lockText).not.toContain('resolved');
});

/** A registry whose every package is the same: a shell script that says it is the Bun that is wanted. */
const stranger = temporaryFolder();
let tarball: Uint8Array<ArrayBuffer> = new Uint8Array();
let registry: Bun.Server<undefined>;

beforeAll(() => {
  mkdirSync(stranger.at('package/bin'), { recursive: true });
  writeFileSync(stranger.at('package/package.json'), JSON.stringify({ name: 'stranger', version }));
  writeFileSync(stranger.at('package/bin/bun'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  Bun.spawnSync(['tar', '-czf', 'all.tgz', 'package'], { cwd: stranger.path });
  tarball = new Uint8Array(readFileSync(stranger.at('all.tgz')));
  registry = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, origin } = new URL(request.url);
      if (pathname.endsWith('.tgz')) return new Response(tarball);
      const name = decodeURIComponent(pathname.slice(1));
      const dist = { tarball: `${origin}/all.tgz`, integrity: integrityOf(tarball) };
      return Response.json({ name, versions: { [version]: { name, version, dist } } });
    },
  });
});
afterAll(async () => {
  await registry.stop(true);
  stranger[Symbol.dispose]();
});

function integrityOf(bytes: Uint8Array<ArrayBuffer>): string {
  return `sha512-${new Bun.CryptoHasher('sha512').update(bytes).digest('base64')}`;
}

/** A checkout with what setup needs, and no Bun anywhere. */
function freshCheckout(lock: string): TemporaryFolder {
  const folder = temporaryFolder();
  cpSync(join(root, 'bin/setup'), folder.at('bin/setup'));
  cpSync(join(root, 'bin/bun'), folder.at('bin/bun'), { recursive: true });
  writeFileSync(folder.at('bin/bun/package-lock.json'), lock);
  return folder;
}

async function setUp(folder: TemporaryFolder, registryUrl: string) {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((one) => !existsSync(join(one, 'bun')));
  const env = {
    PATH: path.join(delimiter),
    HOME: folder.path,
    npm_config_registry: registryUrl,
    npm_config_cache: folder.at('cache'),
    npm_config_fetch_retries: '0',
    // As some have it: setup asks for what it needs by itself.
    npm_config_omit: 'optional',
    npm_config_package_lock: 'false',
  };
  const run = Bun.spawn([folder.at('bin/setup'), '--path'], { env, stdin: 'ignore', stderr: 'pipe' });
  const [stdout, stderr] = await Promise.all([run.stdout.text(), run.stderr.text()]);
  return { exitCode: await run.exited, stdout, stderr };
}

const refused = {
  exitCode: 1,
  stdout: '',
  stderr: expect.stringContaining(`setup: npm brought no Bun ${version} that runs here.`),
};

test('a Bun with other bytes than the lock names is not taken, whatever the registry says of it', async () => {
  using folder = freshCheckout(lockText);
  expect(await setUp(folder, registry.url.href)).toEqual(refused);
  expect(existsSync(folder.at('.bun/node_modules/.bin/bun'))).toBe(false);
}, 60_000);

test('one with the bytes of the lock is, and over the .bun of an older setup', async () => {
  const ours = locked.reduce(
    (text, { integrity }) => text.replace(integrity, integrityOf(tarball)),
    lockText,
  );
  using folder = freshCheckout(ours);
  mkdirSync(folder.at('.bun/node_modules/.bin'), { recursive: true });
  writeFileSync(folder.at('.bun/node_modules/.bin/bun'), '#!/bin/sh\necho 0.0.1\n', { mode: 0o755 });
  const { exitCode, stdout } = await setUp(folder, registry.url.href);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(folder.at('.bun/node_modules/.bin'));
}, 60_000);

test('where no registry answers, it says what npm says', async () => {
  using folder = freshCheckout(lockText);
  const { stderr, ...rest } = await setUp(folder, 'http://127.0.0.1:1/');
  expect({ stderr, ...rest }).toEqual(refused);
  expect(stderr).toContain('ECONNREFUSED');
}, 60_000);
