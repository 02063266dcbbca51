import { describe, expect, test } from 'bun:test';
import { runInspect } from '../run-inspect.ts';
import { richFolder, richId, richNamespace } from './rich-document.ts';

describe('one question is asked at a time', () => {
  test.each([
    [{ history: true, diff: '..' }, '--history and --diff'],
    [{ conflicts: true, raw: true }, '--conflicts and --raw'],
    [{ raw: true, dump: true }, '--raw and --dump'],
    [{ history: true, find: 'x' }, '--history and --find'],
    [{ at: '2025-11-21', diff: '..' }, '--diff'],
    [{ at: '2025-11-21', raw: true }, '--raw'],
    [{ at: '2025-11-21', dump: true }, '--dump'],
    [{ at: '2025-11-21', graph: true }, '--graph'],
    [{ limit: '5' }, '--limit'],
    [{ limit: '5', diff: '..' }, '--limit'],
    [{ history: true, limit: '0' }, '--limit'],
    [{ history: true, limit: 'many' }, '--limit'],
    [{ diff: '2025-11-21' }, '..'],
    [{ diff: 'a..b..c' }, '..'],
  ])('%j is a Usage failure with a sentence', async (options, named) => {
    using folder = richFolder();
    const { output, failure } = await runInspect(folder.path, richId, options);
    expect(failure?.kind.exit).toBe(2);
    expect(failure?.message).toContain(named);
    expect(output).toBe('');
  });

  test.each([{ at: '2025-11-21' }, { history: true }, { diff: '..' }, { conflicts: true }, { raw: true }])(
    '%j of a namespace is a Usage failure that asks for a document',
    async (options) => {
      using folder = richFolder();
      for (const target of [richNamespace, undefined]) {
        const { failure } = await runInspect(folder.path, target, options);
        expect(failure?.kind.exit).toBe(2);
        expect(failure?.message).toContain('asks about one document');
      }
    },
  );

  test('and may be asked as JSON, and of the graph in either language', async () => {
    using folder = richFolder();
    const { failure } = await runInspect(folder.path, richId, { graph: true, dot: true });
    expect(failure).toBeUndefined();
  });
});
