import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { runInspect } from '../run-inspect.ts';
import { folderOf, richFolder, richHashes, richId } from './rich-document.ts';

const [first = '', second = '', third = ''] = richHashes;

describe('--diff', () => {
  test('says in words what became different', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId, { diff: `${first}..` });
    const ends = [second, third].toSorted().map((hash) => hash.slice(0, 10));
    expect(output.trimEnd().split('\n')).toEqual([
      `automerge:${richId}`,
      `from  ${first.slice(0, 10)}  (1 change)`,
      `to    ${ends.join()}  (3 changes)`,
      '',
      'gone: removed {"soon": true}',
      'read: counter +2, now 6',
      'title: "A note" became "Theirs"',
      'body: 0–3 marked "bold": true',
      'body: at 4: the [-cat-]{+dog+} sat',
      'tags[1]: inserted 2 items: "deux", "due"',
      'tags[3]: removed "two"',
    ]);
  });

  test('from the beginning has all that was ever added', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId, { diff: '..2025-11-20T12:00:00Z' });
    expect(output).toContain('from  the beginning');
    expect(output).toContain('title: added "A note"');
    expect(output).toContain('gone: added {"soon": true}');
  });

  test('from the beginning shows values as documents do, and the marks that came with a text', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId, { diff: '..' });
    const lines = output.split('\n');
    expect(lines).toContain('read: added 6 (counter)');
    expect(lines).toContain(`bytes: added bytes(40) ${'89'.repeat(16)}…`);
    expect(lines).toContain('when: added 2025-11-21T00:00:00.000Z');
    expect(lines.filter((line) => line.includes('marked'))).toEqual(['body: 0–3 marked "bold": true']);
  });

  test('of a text that was replaced as a whole has the marks that came with the new one', async () => {
    const before = Automerge.from<Record<string, unknown>>({ body: 'old' }, { actor: 'aa'.repeat(16) });
    const after = Automerge.change(before, (draft) => {
      draft['body'] = 'all new';
      Automerge.mark(draft, ['body'], { start: 4, end: 7, expand: 'none' }, 'bold', true);
    });
    const [chunk, heads] = [Automerge.save(after), Automerge.getHeads(after)];
    using folder = folderOf({ id: richId, chunks: [chunk], heads, changedAt: 0 });
    const diff = `${Automerge.getHeads(before).join()}..`;
    const { output } = await runInspect(folder.path, richId, { diff });
    expect(output.trimEnd().split('\n').slice(-2)).toEqual([
      'body: "old" became "all new"',
      'body: 4–7 marked "bold": true',
    ]);
  });

  test('between many heads names the first of them', async () => {
    const base = Automerge.from<Record<string, unknown>>({}, { actor: 'aa'.repeat(16) });
    const others = Array.from({ length: 40 }, (_, index) =>
      Automerge.change(Automerge.clone(base), (draft) => void (draft[`key${index}`] = index)),
    );
    const all = others.reduce((merged, one) => Automerge.merge(merged, one));
    const heads = Automerge.getHeads(all).toSorted();
    using folder = folderOf({ id: richId, chunks: [Automerge.save(all)], heads, changedAt: 0 });
    const { output } = await runInspect(folder.path, richId, { diff: '..' });
    expect(output).toMatch(/^to {4}(?:[0-9a-f]{10},){10} and 30 more {2}\(40 changes\)$/m);
  });

  test('between a moment and itself is nothing', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId, { diff: `${first}..${first}` });
    expect(output).toContain('Nothing is different.');
    const json = await runInspect(folder.path, richId, { diff: `${first}..${first}`, json: true });
    expect(JSON.parse(json.output)).toMatchObject({ patch: [] });
  });

  test.each([
    [first, ''],
    [second, third],
    [third, first],
    ['', second],
  ])('as JSON Patch makes the content at the one end that of the other: %s..%s', async (from, to) => {
    using folder = richFolder();
    const contentAt = async (at: string): Promise<unknown> => {
      const { output } = await runInspect(folder.path, richId, { json: true, ...(at && { at }) });
      return (JSON.parse(output) as { content: unknown }).content;
    };
    const { output } = await runInspect(folder.path, richId, { diff: `${from}..${to}`, json: true });
    const { patch } = JSON.parse(output) as { patch: Operation[] };
    const before = from === '' ? {} : await contentAt(from);
    expect(jsonPatch.applyPatch(before, patch, true).newDocument).toEqual(await contentAt(to));
  });
});
