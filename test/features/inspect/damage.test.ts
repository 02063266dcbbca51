import { describe, expect, test } from 'bun:test';
import { runInspect } from './run-inspect.ts';

import { damaged, entry, first, library, second, third } from './inspected-data.ts';

describe('damage', () => {
  test('of a document is told, the rest goes on, and the end is exit 3', async () => {
    using folder = await damaged();
    const { output, problems, failure } = await runInspect(folder.path, library, { json: true });
    expect(failure?.kind.exit).toBe(3);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(second);
    const { documents } = JSON.parse(output) as { documents: readonly unknown[] };
    expect(documents).toMatchObject([
      { id: first },
      { id: second, error: expect.any(String) },
      { id: third },
    ]);
    expect(documents[1]).not.toHaveProperty('heads');
    expect((await runInspect(folder.path, library)).output).toContain('cannot be read');
  });

  test('of a whole namespace is told, and the others are dumped', async () => {
    using folder = await damaged();
    const { output, problems, failure } = await runInspect(folder.path, undefined, { dump: true });
    expect(failure?.code).toBe('StoreDamaged');
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['com.example', library]);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { content: entry },
      { id: second, error: expect.any(String) },
      { content: entry },
    ]);
  });

  test('of a whole namespace stands in the tree', async () => {
    using folder = await damaged();
    const { output, failure } = await runInspect(folder.path, undefined, { json: true });
    expect(failure?.code).toBe('StoreDamaged');
    expect(JSON.parse(output)).toMatchObject({
      namespaces: [
        { namespace: 'com.example', error: expect.any(String) },
        { namespace: library, documents: 3 },
      ],
    });
  });

  test('of the one document asked for is exit 3', async () => {
    using folder = await damaged();
    const { output, failure } = await runInspect(folder.path, second);
    expect(failure?.kind.exit).toBe(3);
    expect(output).toContain('error');
  });
});

test('damage is told with the command that says more, and with the one that mends', async () => {
  using folder = await damaged();
  const { failure } = await runInspect(folder.path, library);
  expect(failure?.kind.hint).toContain('`groundmist verify`');
  expect(failure?.kind.hint).toContain('--repair');
});

test('damage is told after all that could be read, also where the command fails', async () => {
  using folder = await damaged();
  const said: string[] = [];
  const given = {
    result: async (text: string) => void said.push(text),
    problem: (text: string) => void said.push(`problem: ${text}`),
  };
  await runInspect(folder.path, library, {}, given);
  expect(said.findIndex((text) => text.startsWith('problem: '))).toBe(said.length - 1);
  const { problems, failure } = await runInspect(folder.path, 'com.example.none.such');
  expect(failure?.code).toBe('NotFound');
  expect(problems.length).toBeGreaterThan(0);
});
