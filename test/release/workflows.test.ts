import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { imagesNotPinned } from './pinned-images.ts';

const folder = join(import.meta.dir, '../../.github/workflows');

const step = z.strictObject({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});
const job = z.looseObject({
  'timeout-minutes': z.number(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  environment: z.string().optional(),
  steps: z.array(step),
});
const workflow = z.looseObject({
  permissions: z.strictObject({}),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(z.string(), job),
});

const files = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { jobs, ...rest } = workflow.parse(Bun.YAML.parse(text));
  return { name, text, rest, jobs: Object.entries(jobs).map(([id, one]) => ({ id, ...one })) };
});

test('there is one that tests, and one that releases', () => {
  expect(files.map(({ name }) => name).toSorted()).toEqual(['ci.yml', 'release.yml']);
});

describe.each(files)('$name', ({ text, jobs }) => {
  const steps = jobs.flatMap((one) => one.steps);

  test('takes every action and every image by its hash, with the version beside it', () => {
    const used = text.split('\n').filter((line) => /^\s*-? *uses:/.test(line));
    expect(used.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of used) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(imagesNotPinned({ jobs })).toEqual([]);
  });

  test('runs nothing straight from the network', () => {
    for (const { run } of steps)
      expect(run ?? '').not.toMatch(/\b(?:curl|wget)\b[^;&]*\|\s*(?:sudo )?(?:\w*sh|node|bun)\b/);
  });

  test('leaves no token of git behind', () => {
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith('actions/checkout@')) expect(given['persist-credentials']).toBe(false);
    }
  });

  test('has the commit before at hand where all tests run, which one of them upgrades from', () => {
    for (const { steps: own } of jobs.filter(({ steps: all }) => all.some(({ run }) => run === '.ci/run'))) {
      const given = own.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with;
      expect([0, 2] as readonly unknown[]).toContain(given?.['fetch-depth']);
    }
  });

  test('puts nothing that others write into a script', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });
});

test('an image is found wherever one can stand, and is not pinned without a hash', () => {
  const hash = `@sha256:${'0'.repeat(64)}`;
  const steps = (...those: readonly object[]) => ({ jobs: { one: { steps: those } } });
  const ways: readonly ((image: string) => object)[] = [
    (image) => ({ jobs: { one: { container: image } } }),
    (image) => ({ jobs: { one: { container: { image } } } }),
    (image) => ({ jobs: { one: { services: { database: { image } } } } }),
    (image) => steps({ uses: `docker://${image}` }),
    (image) =>
      steps({
        uses: 'docker/setup-buildx-action@v4',
        with: { 'driver-opts': `network=host image=${image}` },
      }),
    (image) => steps({ uses: 'docker/build-push-action@v7', with: { sbom: `generator=${image}` } }),
    (image) => steps({ run: `docker run --rm -v a:/b ${image} sh` }),
    (image) => steps({ run: `true && sudo podman create --pull always "${image}"` }),
    (image) => steps({ run: `docker \\\n  pull ${image}` }),
    (image) => steps({ run: `docker buildx create --driver-opt image=${image}` }),
  ];
  for (const way of ways) {
    expect(imagesNotPinned(way(`alpine:3${hash}`))).toEqual([]);
    expect(imagesNotPinned(way('alpine:3'))).toHaveLength(1);
  }
  expect(imagesNotPinned(steps({ uses: 'docker/setup-buildx-action@v4' }))).toHaveLength(1);
  expect(imagesNotPinned(steps({ uses: 'docker/build-push-action@v7', with: { sbom: true } }))).toHaveLength(
    1,
  );
  expect(imagesNotPinned(steps({ run: 'docker build --tag ours .' }, { run: 'docker run ours' }))).toEqual(
    [],
  );
});

test('one action has one hash, wherever it is used', () => {
  const uses = files.flatMap(({ text }) => [...text.matchAll(/uses: (\S+)@(\S+)/g)]);
  const hashes = Map.groupBy(uses, ([, action]) => action);
  for (const [, those] of hashes) expect(new Set(those.map(([, , hash]) => hash)).size).toBe(1);
});

test('what a tag releases is made of every commit before, for every target', () => {
  const jobs = files.find(({ name }) => name === 'ci.yml')?.jobs ?? [];
  const scripts = jobs.flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  const [made] = scripts.flatMap((script) => script.match(/bun run release .*/g) ?? []);
  expect(made).toContain('--snapshot');
  expect(made).not.toContain('--only');
});

test('only a tag writes, after all that it rests on was built twice, tried and signed', () => {
  const writers = files.flatMap(({ name, jobs }) =>
    jobs
      .filter(({ permissions }) => Object.values(permissions).includes('write'))
      .map((one) => ({ name, ...one })),
  );
  expect(writers.map(({ name, id }) => `${name} ${id}`)).toEqual([
    'release.yml publish',
    'release.yml image',
  ]);
  const jobs = files.find(({ name }) => name === 'release.yml')?.jobs ?? [];
  const before = (id: string): readonly string[] =>
    (jobs.find((one) => one.id === id)?.needs ?? []).flatMap((one) => [one, ...before(one)]);
  for (const { id } of writers)
    expect(before(id)).toEqual(expect.arrayContaining(['build', 'reproduce', 'try']));
  const image = writers.find(({ id }) => id === 'image')?.steps ?? [];
  for (const { run } of image) expect(run ?? '').not.toMatch(/docker (?:\w+ )?(?:build|run)\b/);
  const compared = jobs.find(({ id }) => id === 'container')?.steps.map(({ run }) => run ?? '') ?? [];
  const at = (what: string): number => compared.findIndex((run) => run.includes(what));
  expect(at('docker build ')).toBeGreaterThan(-1);
  expect(at('docker run ')).toBeGreaterThan(at('docker build '));
  expect(at('cmp found ')).toBeGreaterThan(at('docker run '));
  for (const { id } of writers) expect(before(id)).toEqual(expect.arrayContaining(['container', 'sign']));
});

test('what is released is told where, so that its installer knows, and all of it is put there', () => {
  const jobs = files.find(({ name }) => name === 'release.yml')?.jobs ?? [];
  const scripts = jobs.flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  const made = scripts.flatMap((script) => script.match(/bun run release .*/g) ?? []);
  expect(made.length).toBe(2);
  for (const line of made) expect(line).toEndWith(' --repository "$GITHUB_REPOSITORY"');
  expect(scripts.filter((script) => script.includes('gh release create'))).toEqual([
    expect.stringContaining(' files/* out/latest'),
  ]);
});

test('secrets are seen by one job, which waits for a person and runs no package of others', () => {
  const holders = files.flatMap(({ jobs }) => jobs.filter((one) => JSON.stringify(one).includes('secrets.')));
  expect(holders.map(({ id, environment }) => [id, environment])).toEqual([['sign', 'release']]);
  const scripts = holders.flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  for (const script of scripts) expect(script).not.toMatch(/\b(?:npm|bun|node|setup)\b/);
});
