import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { runInspect } from '../run-inspect.ts';
import { folderOf, richFolder, richHashes, richId } from './rich-document.ts';

const [first = '', second = '', third = ''] = richHashes;

describe('--history', () => {
  test('has a line for each change, the newest first, safe to show', async () => {
    using folder = richFolder();
    const { output, notes } = await runInspect(folder.path, richId, { history: true });
    expect(output.trimEnd().split('\n')).toEqual([
      'CHANGE      TIME                  ACTOR      OPERATIONS  MESSAGE',
      `${third.slice(0, 10)}  2025-11-22 12:00:00Z  bbbbbbbb           18  their\\u001b[31m\\u000amessage`,
      `${second.slice(0, 10)}  2025-11-21 12:00:00Z  aaaaaaaa           14`,
      `${first.slice(0, 10)}  2025-11-20 12:00:00Z  aaaaaaaa          107  begin`,
    ]);
    expect(notes).toEqual([]);
  });

  test.each([{ history: true }, { raw: true }])(
    'and --raw keep the columns of a narrow terminal: %j',
    async (options) => {
      using folder = richFolder('changes');
      const screen = { isScreen: true, width: 30 };
      const { output } = await runInspect(folder.path, richId, options, screen);
      for (const line of output.split('\n')) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(30);
      for (const hash of richHashes) expect(output).toContain(hash.slice(0, 10));
    },
  );

  test('shows the newest few, and says of how many', async () => {
    using folder = richFolder();
    const { output, notes } = await runInspect(folder.path, richId, { history: true, limit: '1' });
    expect(output).toContain(third.slice(0, 10));
    expect(output).not.toContain(second.slice(0, 10));
    expect(notes).toEqual(['These are the newest of 3 changes.']);
    const json = await runInspect(folder.path, richId, { history: true, limit: '1', json: true });
    expect(JSON.parse(json.output)).toMatchObject({ total: 3, changes: [{ hash: third }] });
  });

  test('of a document without changes says so', async () => {
    const document = Automerge.init();
    using folder = folderOf({ id: richId, chunks: [Automerge.save(document)], heads: [], changedAt: 0 });
    expect((await runInspect(folder.path, richId, { history: true })).output).toBe(
      'The document has no changes.\n',
    );
    const json = await runInspect(folder.path, richId, { history: true, json: true });
    expect(JSON.parse(json.output)).toMatchObject({ total: 0, changes: [] });
  });

  test('comes in pieces, a change on a line of its JSON', async () => {
    let document = Automerge.init<{ n: number }>({ actor: 'aa' });
    for (let n = 0; n < 1_000; n += 1) {
      document = Automerge.change(document, { time: n + 1 }, (draft) => {
        draft.n = n;
      });
    }
    using folder = folderOf({
      id: richId,
      chunks: [Automerge.save(document)],
      heads: Automerge.getHeads(document),
      changedAt: 0,
    });
    let pieces = 0;
    let output = '';
    const result = async (text: string): Promise<void> => {
      pieces += 1;
      output += `${text}\n`;
    };
    await runInspect(folder.path, richId, { history: true, json: true }, { result });
    expect(pieces).toBeGreaterThan(4);
    expect(output.split('\n')).toHaveLength(1_002);
    const { changes } = JSON.parse(output) as { changes: readonly { seq: number }[] };
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => 1_000 - index));
  });
});
