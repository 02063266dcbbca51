import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

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
    for (const line of text.split('\n').filter((one) => /^\s*image: node/.test(one))) {
      expect(line).toMatch(/@sha256:[0-9a-f]{64}$/);
    }
  });

  test('leaves no token of git behind', () => {
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith('actions/checkout@')) expect(given['persist-credentials']).toBe(false);
    }
  });

  test('has the commit before at hand where all tests run, which one of them upgrades from', () => {
    for (const { steps: own } of jobs.filter(({ steps: all }) => all.some(({ run }) => run === '.ci/run'))) {
      const given = own.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with;
      expect(given).toMatchObject({ 'fetch-depth': 2 });
    }
  });

  test('puts nothing that others write into a script', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });
});

test('one action has one hash, wherever it is used', () => {
  const uses = files.flatMap(({ text }) => [...text.matchAll(/uses: (\S+)@(\S+)/g)]);
  const hashes = Map.groupBy(uses, ([, action]) => action);
  for (const [, those] of hashes) expect(new Set(those.map(([, , hash]) => hash)).size).toBe(1);
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
  expect(before('publish')).toContain('sign');
});

test('secrets are seen by one job, which waits for a person and runs no package of others', () => {
  const holders = files.flatMap(({ jobs }) => jobs.filter((one) => JSON.stringify(one).includes('secrets.')));
  expect(holders.map(({ id, environment }) => [id, environment])).toEqual([['sign', 'release']]);
  const scripts = holders.flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  for (const script of scripts) expect(script).not.toMatch(/\b(?:npm|bun|node|setup)\b/);
});
