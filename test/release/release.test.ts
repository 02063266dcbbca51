import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signAdHoc, signatureProblem } from '../../release/code-signature.ts';
import { sectionOf } from '../../release/notes.ts';
import { checkBinary } from '../../release/released-binary.ts';
import { targets } from '../../release/targets.ts';
import { temporaryFolder } from '../support/folder.ts';
import { personHome, runInstaller } from '../support/installer.ts';

const root = join(import.meta.dir, '../..');
const names = targets.map(({ name }) => name);
const folder = temporaryFolder();
let version = '';

/** A snapshot of what lies here, as `bun run release` makes it. */
beforeAll(() => {
  const words = ['release/release.ts', '--snapshot', '--out', folder.path, '--repository', 'mist/groundmist'];
  const run = Bun.spawnSync([process.execPath, '--no-env-file', ...words], { cwd: root });
  if (run.exitCode !== 0) throw new Error(run.stderr.toString());
  version = readFileSync(folder.at('latest'), 'utf8').trim();
}, 300_000);
afterAll(() => folder[Symbol.dispose]());

function read(name: string): string {
  return readFileSync(folder.at(`${version}/${name}`), 'utf8');
}

function pathFor(target: string): string {
  return folder.at(`${version}/groundmist-${version}-${target}`);
}

test('the sums name every file there is, and each is what they say', () => {
  const run = Bun.spawnSync(['sha256sum', '--check', '--strict', 'SHA256SUMS'], { cwd: folder.at(version) });
  const listed = run.stdout.toString().trim().split('\n');
  expect(run.exitCode).toBe(0);
  const others = ['RELEASE-NOTES.md', 'install.sh', 'THIRD-PARTY.txt', `groundmist-${version}.cdx.json`];
  const binaries = names.map((name) => `groundmist-${version}-${name}`);
  expect(listed.toSorted()).toEqual([...others, ...binaries].map((name) => `${name}: OK`).toSorted());
});

test('a binary says which release it is, and of which commit', () => {
  const run = Bun.spawnSync([pathFor('linux-x64'), '--version', '--verbose'], { cwd: folder.path });
  const [first, second] = run.stdout.toString().split('\n');
  expect(first).toBe(`groundmist ${version}`);
  expect(second).toMatch(/^commit [0-9a-f]{40}(?:-dirty)?$/);
  expect(version).toContain(second?.slice('commit '.length, 'commit '.length + 12) ?? 'no commit');
});

test('its own installer installs it, from where it lies', async () => {
  using home = personHome();
  writeFileSync(home.at('install.sh'), read('install.sh'));
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) => new Response(Bun.file(folder.at(new URL(url).pathname))),
  });
  const { exitCode, stderr } = await runInstaller([], {
    script: home.at('install.sh'),
    env: { HOME: home.home, GROUNDMIST_BASE_URL: server.url.href },
  });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const installed = Bun.spawnSync([join(home.home, '.local/bin/groundmist'), '--version'], {
    cwd: home.home,
  });
  expect(installed.stdout.toString()).toBe(`groundmist ${version}\n`);
});

const emulator = Bun.which('qemu-aarch64-static');
test.skipIf(emulator === null && process.env['CI'] !== 'true')('the one for arm64 runs there', () => {
  const env = { QEMU_LD_PREFIX: '/usr/aarch64-linux-gnu' };
  const command = [emulator ?? 'qemu-aarch64-static', pathFor('linux-arm64')];
  const run = (...words: readonly string[]) => {
    const { exitCode, stdout } = Bun.spawnSync([...command, ...words], { cwd: folder.path, env });
    return { exitCode, stdout: stdout.toString() };
  };
  const built = run('--version', '--verbose');
  expect(built).toEqual({ exitCode: 0, stdout: expect.stringContaining('linux arm64') });
  expect(run('completion', 'bash')).toEqual({
    exitCode: 0,
    stdout: readFileSync(join(root, 'completions/groundmist.bash'), 'utf8'),
  });
});

test('what is built for one system is refused for another', () => {
  for (const name of names) {
    for (const target of targets) {
      const check = () => checkBinary(pathFor(name), target);
      if (target.name === name) expect(check).not.toThrow();
      else expect(check).toThrow(`What was built for ${target.name} is not for it`);
    }
  }
});

test('Macs find a signature that fits; ours is the one that Bun makes, byte for byte', () => {
  const x64 = readFileSync(pathFor('darwin-x64'));
  expect(signatureProblem(x64)).toBeUndefined();
  const arm64 = readFileSync(pathFor('darwin-arm64'));
  const again = signAdHoc(arm64, 'a.out');
  expect(again.equals(arm64)).toBe(true);
  for (const at of [4096, arm64.length / 2, arm64.length - 1]) {
    const changed = Buffer.from(arm64);
    changed.writeUInt8(changed.readUInt8(Math.floor(at)) ^ 1, Math.floor(at));
    expect(signatureProblem(changed)).toBe('pages differ from what was signed');
  }
  expect(signatureProblem(arm64.subarray(0, -1))).toBe('it does not end where the file ends');
});

test('the bill of materials is one by the schema of CycloneDX, and names what is in the binary', async () => {
  const text = read(`groundmist-${version}.cdx.json`);
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  expect(await validator.validate(text)).toBeNull();
  expect(await validator.validate(text.replace('"SHA-512"', '"SHA-9"'))).not.toBeNull();
  const bill = JSON.parse(text);
  const components: { type: string; 'bom-ref': string }[] = bill.components;
  const refs = components.map((one) => one['bom-ref']);
  expect(refs).toContain('pkg:npm/%40automerge/automerge@3.5.0');
  expect(refs).toContain(`pkg:npm/%40oven/bun-linux-x64@${Bun.version}`);
  expect(refs).toContain('automerge.wasm');
  const runtimes = bill.components.filter((one: { type: string }) => one.type === 'platform');
  expect(runtimes).toHaveLength(targets.length);
  for (const { licenses, externalReferences } of runtimes) {
    // What THIRD-PARTY.txt says of Bun: it is not MIT alone.
    expect(licenses).toEqual([{ expression: 'MIT AND LGPL-2.0-only AND LGPL-2.1-only' }]);
    expect(read('THIRD-PARTY.txt')).toContain(externalReferences[0].url);
  }
  expect(refs).not.toContain('pkg:npm/cbor-extract@2.2.2');
  expect(new Set(refs).size).toBe(refs.length);
  const dependencies: { ref: string; dependsOn: string[] }[] = bill.dependencies;
  const reached = new Set([`groundmist@${version}`]);
  for (const ref of reached) {
    for (const next of dependencies.find((one) => one.ref === ref)?.dependsOn ?? []) reached.add(next);
  }
  expect(refs.filter((ref) => !reached.has(ref))).toEqual([]);
});

test('the notices name every package of the bill, and hold a licence for each', () => {
  const notices = read('THIRD-PARTY.txt');
  const bill = JSON.parse(read(`groundmist-${version}.cdx.json`));
  const libraries = bill.components.filter((one: { type: string }) => one.type === 'library');
  expect(libraries.length).toBeGreaterThan(50);
  for (const { group, name, version: its } of libraries) {
    const whole = group === undefined ? name : `${group}/${name}`;
    expect(notices).toContain(`\n${whole} ${its} (`);
  }
  expect(notices).toContain('JavaScriptCore');
  expect(notices).not.toContain('undefined');
});

test('the notes of a snapshot are what the changelog has of the next version, with links that lead out of the folder', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const expected = sectionOf(changelog, 'Unreleased') ?? 'No change is written down yet.';
  const notes = read('RELEASE-NOTES.md');
  const commit = '[0-9a-f]{40}';
  const place = new RegExp(`https://github\\.com/mist/groundmist/blob/${commit}/`, 'g');
  expect(notes.replaceAll(place, '')).toBe(`${expected}\n`);
  expect([...notes.matchAll(/\]\((?!https:)[^)]*\)/g)].map(([link]) => link)).toEqual([]);
});
