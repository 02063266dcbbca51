import { expect, test } from 'bun:test';
import { mayImport } from './import-rules.ts';
import { readSource } from './source.ts';

test.each([
  ['src/platform/config.ts', 'src/core/failure.ts'],
  ['src/core/failure.ts', 'src/core/sync/hub.ts'],
  ['src/core/lexicon/namespace.ts', 'src/core/store/layout.ts'],
  ['src/core/identity/did.ts', 'src/core/store/layout.ts'],
  ['src/core/fence/fence.ts', 'src/core/store/heads.ts'],
  ['src/core/auth/dpop.ts', 'src/core/core.ts'],
  ['src/core/sync/hub.ts', 'src/features/serve/feature.ts'],
  ['src/core/sync/hub.ts', 'src/feature.ts'],
  ['src/features/app/ask.ts', 'src/features/serve/feature.ts'],
  ['src/features/app/ask.ts', 'src/main.ts'],
  ['src/compose.ts', 'src/features/serve/feature.ts'],
  ['src/features.ts', 'src/features/serve/command.ts'],
  ['bin/groundmist.ts', 'src/core/failure.ts'],
])('%s may not import %s', (from, to) => {
  expect(mayImport(from, to)).toBe(false);
});

test.each([
  ['src/platform/config.ts', 'src/platform/clock.ts'],
  ['src/core/sync/hub.ts', 'src/core/access/access.ts'],
  ['src/core/store/layout.ts', 'src/core/store/heads.ts'],
  ['src/core/store/reader.ts', 'src/core/fence/fence.ts'],
  ['src/core/core.ts', 'src/core/sync/hub.ts'],
  ['src/features/app/ask.ts', 'src/core/control.ts'],
  ['src/features.ts', 'src/features/serve/feature.ts'],
  ['src/platform/version.ts', 'package.json'],
])('%s may import %s', (from, to) => {
  expect(mayImport(from, to)).toBe(true);
});

test('references are seen in every form, type-only ones too', () => {
  const { references } = readSource(
    'src/core/x.ts',
    `import type { A } from './a.ts';
     export type { B } from './b.ts';
     export * from './c.ts';
     const load = () => import('../d.ts');
     type E = import('./e.ts').E;
     import { type F } from 'package';`,
  );
  expect(references.map(({ path, specifier, isTypeOnly }) => [path ?? specifier, isTypeOnly])).toEqual([
    ['src/core/a.ts', true],
    ['package', true],
    ['src/core/b.ts', true],
    ['src/core/c.ts', false],
    ['src/d.ts', false],
    ['src/core/e.ts', true],
  ]);
});

test('a barrel, any, ! and a default export are seen', () => {
  const { isBarrel } = readSource('src/a.ts', `export * from './b.ts'; export { c } from './c.ts';`);
  expect(isBarrel).toBe(true);
  const { syntax } = readSource('src/a.ts', 'export default function f(x: any) { return x!.y; }');
  expect([...syntax].toSorted()).toEqual(['ExportDefaultDeclaration', 'TSAnyKeyword', 'TSNonNullExpression']);
});
