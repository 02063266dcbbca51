import { expect, test } from 'bun:test';
import { sectionOf, withLinksTo } from '../../release/notes.ts';

const changelog = `# Changelog

Of all versions.

## Unreleased

### Added

- A thing.

## 0.1.10 (2026-12-02)

- The tenth.

## 0.1.1 (2026-12-01)

- The first.

## 0.1.0

`;

test('the notes of a version are its section, without its heading and without its neighbours', () => {
  expect(sectionOf(changelog, '0.1.1')).toBe('- The first.');
  expect(sectionOf(changelog, '0.1.10')).toBe('- The tenth.');
  expect(sectionOf(changelog, 'Unreleased')).toBe('### Added\n\n- A thing.');
});

test('a version without a section, or with an empty one, has no notes', () => {
  expect(sectionOf(changelog, '0.1')).toBeUndefined();
  expect(sectionOf(changelog, '0.1.0')).toBeUndefined();
  expect(sectionOf(changelog, '2.0.0')).toBeUndefined();
});

test('a link into the checkout leads to the revision that was released; others, and code, stay as they are', () => {
  const notes =
    '- [How](docs/a.md#b), [`it`](src/c.ts) [goes](#d).\n`[x](y.md)` and [the web](https://example.com/e)\n```\n[z](z.md)\n```';
  const place = 'https://github.com/mist/groundmist/blob/v1.2.3';
  expect(withLinksTo(notes, { repository: 'mist/groundmist', name: 'v1.2.3' })).toBe(
    `- [How](${place}/docs/a.md#b), [\`it\`](${place}/src/c.ts) [goes](${place}/CHANGELOG.md#d).\n\`[x](y.md)\` and [the web](https://example.com/e)\n\`\`\`\n[z](z.md)\n\`\`\``,
  );
  expect(withLinksTo(notes, { repository: undefined, name: 'v1.2.3' })).toBe(
    '- How, `it` goes.\n`[x](y.md)` and [the web](https://example.com/e)\n```\n[z](z.md)\n```',
  );
});
