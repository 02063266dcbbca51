import { expect, test } from 'bun:test';
import { temporaryFolder } from '../../../support/folder.ts';
import { makeDocument, numberedId, writeStore } from '../../../support/plain-store.ts';
import { essay, library } from '../inspected-data.ts';
import { runInspect } from '../run-inspect.ts';
import { parseDot } from './dot-grammar.ts';

const hostile = 'a "quoted" \\N \\" &lt; <b> {x|y} ]; evil [label=x]\u001b[2J';

async function dotOf(content: Record<string, unknown>): Promise<string> {
  using folder = temporaryFolder();
  writeStore(folder.path, library, [
    await makeDocument(numberedId(1), content),
    await makeDocument(numberedId(2), { title: 'Two' }),
  ]);
  writeStore(folder.path, essay, [await makeDocument(numberedId(3), {})]);
  const { output, failure } = await runInspect(folder.path, undefined, { dot: true });
  expect(failure).toBeUndefined();
  return output;
}

test('DOT has a cluster for each namespace, a node for each document and what links lead to, an edge for each link', async () => {
  const links = [2, 3, 4].map((number) => `automerge:${numberedId(number)}`);
  const { nodes, edges, clusters } = parseDot(await dotOf({ title: 'One', links }));
  const [one, two, three, gone] = [`${library} `, `${library} `, `${essay} `, `${library} `].map(
    (prefix, index) => prefix + numberedId(index + 1),
  );
  expect(clusters).toEqual([`cluster ${library}`, `cluster ${essay}`]);
  expect([...nodes.keys()]).toEqual([one, two, three, gone].map(String));
  expect(edges).toEqual([two, three, gone].map((to) => ({ from: String(one), to: String(to) })));
  expect(nodes.get(String(gone))).toMatchObject({ style: 'dashed', color: 'red' });
  expect(nodes.get(String(one))).toMatchObject({ penwidth: '2' });
});

test('whatever a document says stays inside its label', async () => {
  const output = await dotOf({ title: hostile, [hostile]: `automerge:${numberedId(2)}` });
  // oxlint-disable-next-line no-control-regex
  expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  const { nodes, edges } = parseDot(output);
  expect(nodes.size).toBe(3);
  expect(edges).toHaveLength(1);
  const { label } = nodes.get(`${library} ${numberedId(1)}`) ?? {};
  expect(label).toContain('a \\"quoted\\" \\\\N \\\\\\" &amp;lt; <b> {x|y} ]; evil');
});

test('labels are cut', async () => {
  const output = await dotOf({ $type: 'x'.repeat(5_000) });
  for (const line of output.split('\n')) expect(line.length).toBeLessThan(400);
  expect(output).toContain('xxx…');
});
