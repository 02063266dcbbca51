import { describe, expect, test } from 'bun:test';
import { temporaryFolder } from '../../../support/folder.ts';
import { makeDocument, writeStore } from '../../../support/plain-store.ts';
import { runInspect } from '../run-inspect.ts';

import { richFolder, richId } from './rich-document.ts';
import { entry, essay, filled, first, library } from '../inspected-data.ts';

describe('one document', () => {
  test.each([first, `automerge:${first}`])('%s shows its content and facts', async (target) => {
    using folder = await filled();
    const { heads } = await makeDocument(first, entry);
    const { output } = await runInspect(folder.path, target);
    expect(output).toBe(
      [
        `automerge:${first}`,
        'namespace    xyz.groundmist.library',
        'type         xyz.groundmist.library.entry',
        'title        One',
        `heads        ${heads.join()}`,
        'changes      1 by 1 actor',
        'operations   33',
        'last edit    2023-11-14 22:13:20Z',
        'conflicts    none',
        'links        0',
        'chunks       1',
        'size         217 B',
        'last change  2025-11-21 05:41:07Z',
        '',
        '{',
        '  "$type": "xyz.groundmist.library.entry",',
        '  "title": "One"',
        '}',
        '',
      ].join('\n'),
    );
    const json = await runInspect(folder.path, target, { json: true });
    expect(JSON.parse(json.output)).toMatchObject({ id: first, heads, content: entry });
  });

  test('in two namespaces is a Usage failure that names both, and --in chooses', async () => {
    using folder = await filled();
    writeStore(folder.path, 'org.example', [await makeDocument(first, { title: 'Other' })]);
    const { failure } = await runInspect(folder.path, first);
    expect(failure?.kind.exit).toBe(2);
    expect(failure?.message).toContain(library);
    expect(failure?.message).toContain('org.example');
    const chosen = await runInspect(folder.path, first, { in: 'org/example', json: true });
    expect(JSON.parse(chosen.output)).toMatchObject({
      namespace: 'org.example',
      content: { title: 'Other' },
    });
    const elsewhere = await runInspect(folder.path, first, { in: essay });
    expect(elsewhere.failure?.code).toBe('NotFound');
  });

  test('that is nowhere is NotFound with the ids near it', async () => {
    using folder = await filled();
    const misspelt = `${first.slice(0, -1)}x`;
    const { failure } = await runInspect(folder.path, `automerge:${misspelt}`);
    expect(failure?.kind.exit).toBe(1);
    expect(failure?.message).toContain(`Near it: ${first}.`);
  });

  test('at heads of the past is refused rather than shown as of now', async () => {
    using folder = await filled();
    expect((await runInspect(folder.path, `automerge:${first}#abc`)).failure?.code).toBe('Usage');
  });

  test('cuts very long strings for a person and never in JSON', async () => {
    using folder = temporaryFolder();
    const body = 'x'.repeat(5000);
    writeStore(folder.path, library, [await makeDocument(first, { body })]);
    const { output } = await runInspect(folder.path, first);
    expect(output.length).toBeLessThan(1000);
    expect(output).toContain('5,000 characters');
    for (const options of [{ json: true }, { dump: true }]) {
      expect(JSON.parse((await runInspect(folder.path, first, options)).output)).toMatchObject({
        content: { body },
      });
    }
  });

  test.each([{}, { json: true }, { dump: true }])(
    'lets no control character through with %j',
    async (options) => {
      using folder = temporaryFolder();
      const hostile = { $type: 'a\u001b[2Jb\u009bc', '\u202ekey': 'a\u001b]0;x\u0007' };
      writeStore(folder.path, library, [await makeDocument(first, hostile)]);
      for (const target of [first, library]) {
        const { output } = await runInspect(folder.path, target, options);
        // oxlint-disable-next-line no-control-regex
        expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    },
  );

  test('shows bytes, dates, counters and marks as what they are', async () => {
    using folder = richFolder();
    const { output } = await runInspect(folder.path, richId);
    const lines = output.split('\n').map((line) => line.trim());
    expect(lines).toContain(`"bytes": bytes(40) ${'89'.repeat(16)}…,`);
    expect(lines).toContain('"when": 2025-11-21T00:00:00.000Z');
    expect(lines).toContain('"read": 6 (counter),');
    expect(lines).toContain('body  0–3  bold: true  "the"');
    expect(lines).toContain('conflicts    1, see --conflicts');
    expect(lines).toContain('links        1');
  });

  test('never floods a terminal with items, at any depth', async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => index);
    const wide = Object.fromEntries(items.slice(0, 120).map((key) => [`k${key}`, items.slice(0, 90)]));
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { items, wide })]);
    const { output } = await runInspect(folder.path, first);
    expect(output).toContain('… 9,900 more');
    expect(output).toContain('… 20 more');
    expect(output).toContain('… 90 more');
    expect(output.split('\n').length).toBeLessThan(2_500);
  });

  test('cuts a string between two graphemes', async () => {
    const family = '👨‍👩‍👧‍👦';
    using folder = temporaryFolder();
    writeStore(folder.path, library, [await makeDocument(first, { body: `x${family.repeat(200)}` })]);
    const { output } = await runInspect(folder.path, first);
    const shown = /"body": "x(?<families>.*)" … \(2,201 characters in all\)/.exec(output)?.groups?.[
      'families'
    ];
    expect(shown?.replaceAll(family, '')).toBe('');
  });

  test('is painted where the terminal shows colours, and nowhere else', async () => {
    using folder = richFolder();
    const painted = await runInspect(folder.path, richId, {}, { hasColor: true });
    expect(painted.output).toContain('\u001b[34m"title"\u001b[39m: \u001b[32m"Theirs"\u001b[39m');
    const plain = await runInspect(folder.path, richId);
    expect(Bun.stripANSI(painted.output)).toBe(plain.output);
    const json = await runInspect(folder.path, richId, { json: true }, { hasColor: true });
    expect(json.output).not.toContain('\u001b');
  });
});
