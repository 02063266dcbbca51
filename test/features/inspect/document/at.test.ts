import { describe, expect, test } from 'bun:test';
import { runInspect } from '../run-inspect.ts';
import { richFolder, richHashes, richId } from './rich-document.ts';

const [first = '', second = '', third = ''] = richHashes;

async function titleAt(at: string): Promise<unknown> {
  using folder = richFolder();
  const { output, failure } = await runInspect(folder.path, richId, { at, json: true });
  expect(failure).toBeUndefined();
  return (JSON.parse(output) as { content: { title: unknown } }).content.title;
}

describe('--at', () => {
  test.each([
    [first, 'A note'],
    [second.slice(0, 9), 'Mine'],
    [third, 'Theirs'],
    [`${second},${third}`, 'Theirs'],
    ['2025-11-21', 'A note'],
    ['2025-11-21T12:00:00Z', 'Mine'],
    ['2025-11-22T12:00:00.000+00:00', 'Theirs'],
    ['1s ago', 'Theirs'],
  ])('%s shows the document as it was', async (at, title) => {
    expect(await titleAt(at)).toBe(title);
  });

  test('says to a person that it is the past, and of how many changes it is made', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId, { at: '2025-11-21T12:00:00Z' });
    expect(output).toContain('state        of the past');
    expect(output).toContain('changes      2 by 1 actor, of 3');
    expect(output).toContain('conflicts    none');
    expect(output).toContain('"soon": true');
  });

  test('takes conflicts and history with it', async () => {
    using folder = richFolder();
    const none = await runInspect(folder.path, richId, { at: second, conflicts: true });
    expect(none.output).toBe('There are no conflicts.\n');
    const { output } = await runInspect(folder.path, richId, { at: second, history: true, json: true });
    expect(JSON.parse(output)).toMatchObject({
      heads: [second],
      total: 2,
      changes: [{ hash: second }, { hash: first }],
    });
  });

  test.each([
    ['2025-11-20T11:59:59Z', 'MomentNotFound', '2025-11-20T12:00:00.000Z'],
    ['0000000', 'MomentNotFound', '0000000'],
    ['someday', 'Usage', 'someday'],
  ])('%s is refused', async (at, code, named) => {
    using folder = richFolder();
    const { output, failure } = await runInspect(folder.path, richId, { at });
    expect(failure?.code as string | undefined).toBe(code);
    expect(failure?.message).toContain(named);
    expect(output).toBe('');
  });
});
