import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { makeDocument } from '../../../support/plain-store.ts';
import { damaged, library, second } from '../inspected-data.ts';
import { runInspect } from '../run-inspect.ts';
import { folderOf, richDocument, richFolder, richHashes, richId } from './rich-document.ts';

describe('--raw', () => {
  test('has a line for each chunk as it is stored', async () => {
    using folder = richFolder('changes');
    const { output } = await runInspect(folder.path, richId, { raw: true });
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const [index, hash] of richHashes.entries()) {
      expect(lines[index + 1]).toMatch(
        new RegExp(`^ +${index + 1} +\\d+ B +change +${hash.slice(0, 10)} +1$`),
      );
    }
  });

  test('looks into what was stored as one', async () => {
    const document = richDocument();
    const bundle = Buffer.concat(Automerge.getAllChanges(document));
    const heads = [...Automerge.getHeads(document)].toSorted();
    using folder = folderOf({ id: richId, chunks: [bundle], heads, changedAt: 0 });
    const { output } = await runInspect(folder.path, richId, { raw: true });
    expect(output.match(/^ +1\.\d /gm)).toHaveLength(3);
    const json = await runInspect(folder.path, richId, { raw: true, json: true });
    expect(JSON.parse(json.output)).toMatchObject({
      chunks: [{ number: 1, size: bundle.length, parts: [{}, {}, {}], bytes: bundle.toString('base64') }],
    });
  });

  test('works of a damaged document, says which chunk it is, and ends with exit 3', async () => {
    using folder = await damaged();
    const { output, failure } = await runInspect(folder.path, second, { raw: true });
    expect(output).toContain('damaged');
    expect(failure?.kind.exit).toBe(3);
    const json = await runInspect(folder.path, second, { raw: true, json: true });
    expect(JSON.parse(json.output)).toMatchObject({
      namespace: library,
      chunks: [{ parts: [{ kind: 'unknown', whole: false, hash: null, changes: null }] }],
    });
  });
});

describe('a damaged document', () => {
  test.each([{ history: true }, { diff: '..' }, { conflicts: true }, { at: '2025-11-21' }, {}])(
    'has no answer to %j but what is wrong',
    async (options) => {
      using folder = await damaged();
      const { problems, failure } = await runInspect(folder.path, second, options);
      expect(failure?.kind.exit).toBe(3);
      expect(problems).toHaveLength(1);
      const json = await runInspect(folder.path, second, { ...options, json: true });
      expect(JSON.parse(json.output)).toMatchObject({ id: second, error: expect.any(String) });
    },
  );

  test('whose content nests too deep to be shown still has its facts, its history and its chunks', async () => {
    let content: Record<string, unknown> = {};
    for (let depth = 0; depth < 600; depth += 1) content = { below: content };
    using folder = folderOf(await makeDocument(richId, content));
    const { output, failure } = await runInspect(folder.path, richId);
    expect(failure?.kind.exit).toBe(3);
    expect(output).toContain('nests deeper');
    expect((await runInspect(folder.path, richId, { history: true })).failure).toBeUndefined();
    expect((await runInspect(folder.path, richId, { raw: true })).failure).toBeUndefined();
  });
});
