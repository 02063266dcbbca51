import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration } from '../../../src/configuration.ts';
import { readContent } from '../../../src/core/content/content.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { run } from '../../../src/features/restore/command.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { filesUnder } from '../../support/data-tree.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { failureOf, rejectionOf } from '../../support/rejection.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { id, namespace, store } from './restored-document.ts';
import { byItself } from '../../support/by-itself.ts';

async function restore(
  dataDirectory: string,
  options: Readonly<Record<string, string | boolean>>,
  environment: Readonly<Record<string, string>> = {},
  signal = new AbortController().signal,
): Promise<string> {
  const terminal = recordingTerminal();
  await run({
    arguments: { document: id },
    options,
    terminal,
    configuration: new Configuration({ flags: {}, environment: { DATA_DIR: dataDirectory, ...environment } }),
    features: [],
    ...byItself,
    signal,
  });
  return terminal.output();
}

async function contentOf(dataDirectory: string) {
  await using reader = await openReader(dataDirectory);
  const stored = await reader.load(namespace, id);
  if (stored === undefined) throw new Error('the document is gone');
  return readContent(stored);
}

describe('without a server', () => {
  test.each(['sqlite', 'nodefs'] as const)('a state comes back by one change into %s', async (backend) => {
    using folder = temporaryFolder();
    const [first = []] = await store(folder.path, backend);
    const shown = await restore(folder.path, { at: first.join() }, { GROUNDMIST_STORE: backend });
    expect(shown).toContain('title: "Another title" became "A title"');
    expect(shown).toContain('pages: added 12');
    const { content, changeCount } = await contentOf(folder.path);
    expect(content).toEqual({ title: 'A title', pages: 12 });
    expect(changeCount).toBe(4);
  });

  test('the sentence at the end takes it back', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    const shown = await restore(folder.path, { at: '2025-11-21' });
    const [, before = ''] = /groundmist restore \S+ --at (\S+)/.exec(shown) ?? [];
    await restore(folder.path, { at: before });
    expect((await contentOf(folder.path)).content).toEqual({ title: 'Another title' });
  });

  test('--dry-run says what would be different and changes no byte', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    const before = filesUnder(folder.path);
    const shown = await restore(folder.path, { at: '2025-11-22T12:00Z', dryRun: true });
    expect(shown).toContain('pages: added 12');
    expect(shown).toContain('Nothing was written');
    expect(filesUnder(folder.path)).toEqual(before);
  });

  test('what it is already is not written', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    expect(await restore(folder.path, { at: '2026-01-01' })).toContain('Nothing is different');
    expect((await contentOf(folder.path)).changeCount).toBe(3);
  });

  test('once more it is as it was, and nothing is written', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    await restore(folder.path, { at: '2025-11-21' });
    const { changeCount } = await contentOf(folder.path);
    expect(await restore(folder.path, { at: '2025-11-21' })).toContain('Nothing is different');
    expect((await contentOf(folder.path)).changeCount).toBe(changeCount);
  });

  test('Ctrl-C ends it before anything is written', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    const before = filesUnder(folder.path);
    const stopped = AbortSignal.abort(new Cancelled('SIGINT'));
    expect(await rejectionOf(restore(folder.path, { at: '2025-11-21' }, {}, stopped))).toBeInstanceOf(
      Cancelled,
    );
    expect(filesUnder(folder.path)).toEqual(before);
  });

  test('the JSON is what docs/json.md says', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    const golden = readFileSync(join(import.meta.dir, 'golden/restore.json'), 'utf8');
    const shown = await restore(folder.path, { at: '2025-11-21', dryRun: true, json: true });
    expect(JSON.parse(shown)).toEqual(JSON.parse(golden));
    const written = JSON.parse(await restore(folder.path, { at: '2025-11-21', json: true })) as object;
    const { heads } = await contentOf(folder.path);
    expect(written).toEqual({ ...JSON.parse(golden), after: { heads }, change: heads[0] });
  });

  test('a data directory that another command writes to is Busy, and says which', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    using _lock = lockDataDirectory(folder.path, { pid: 1, startedAt: 0, listen: '', command: 'import' });
    const failure = await failureOf(restore(folder.path, { at: '2025-11-21' }));
    expect(failure).toMatchObject({ code: 'Busy', message: expect.stringContaining('groundmist import') });
  });
});

describe('beside a server', () => {
  test('the change goes through it', async () => {
    using folder = temporaryFolder();
    await store(folder.path);
    await using server = await ComposedServer.start({ environment: { DATA_DIR: folder.path } });
    const control = Bun.serve({
      unix: controlSocketPath(folder.path),
      fetch: (request) => server.groundmist.control(request),
    });
    try {
      await restore(folder.path, { at: '2025-11-21' });
      const hub = await server.groundmist.core.hubs.open(namespace);
      const facts = await hub.store.facts(id);
      const { content, heads } = await contentOf(folder.path);
      expect(content).toEqual({ title: 'A title', pages: 12 });
      expect(facts?.heads).toEqual(heads);
    } finally {
      await control.stop(true);
    }
  });
});

describe('what cannot be', () => {
  test.each([
    ['no moment at all', {}, 'Usage'],
    ['a moment that is none', { at: 'yesterday-ish' }, 'Usage'],
    ['a time before the first change', { at: '2020-01-01' }, 'MomentNotFound'],
    ['a change that is not there', { at: '0123456789' }, 'MomentNotFound'],
    ['a namespace without the document', { at: '2025-11-21', in: 'com.example' }, 'NotFound'],
  ])('%s', async (_, options, code) => {
    using folder = temporaryFolder();
    await store(folder.path);
    const before = filesUnder(folder.path);
    expect(await failureOf(restore(folder.path, options))).toMatchObject({ code });
    expect(filesUnder(folder.path)).toEqual(before);
  });
});
