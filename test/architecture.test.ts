import { describe, expect, test } from 'bun:test';
import { mayImport } from './support/import-rules.ts';
import { readSources, type Source } from './support/source.ts';

const sources = [...readSources('src'), ...readSources('bin')];
const serverSources = sources.filter(({ path }) => path !== 'bin/reference.ts');

/** The files that break a rule; a rule holds where there are none. */
function offenders(isOffender: (source: Source) => boolean): readonly string[] {
  return serverSources.filter(isOffender).map(({ path }) => path);
}

function allBut(...paths: readonly string[]): (source: Source) => boolean {
  return ({ path }) => !paths.includes(path);
}

describe('imports', () => {
  test('point down, and only at what may be seen', () => {
    const broken = serverSources.flatMap(({ path, references }) =>
      references.flatMap((reference) =>
        reference.path === undefined || mayImport(path, reference.path)
          ? []
          : [`${path} → ${reference.path}`],
      ),
    );
    expect(broken).toEqual([]);
  });

  test('name the file with its .ts ending', () => {
    const endings = /\.(?:ts|json)$/;
    const broken = sources.flatMap(({ path, references }) =>
      references.flatMap(({ path: target, specifier }) =>
        target === undefined || endings.test(target) ? [] : [`${path} → ${specifier}`],
      ),
    );
    expect(broken).toEqual([]);
  });

  test('are never computed, so that the binary holds what it needs', () => {
    expect(offenders(({ syntax }) => syntax.has('ComputedImport'))).toEqual([]);
  });

  test('of a feature from features.ts load metadata only', () => {
    const metadata = sources.filter(({ path }) => /^src\/features\/[^/]+\/feature\.ts$/.test(path));
    expect(metadata.length).toBeGreaterThan(0);
    const broken = metadata.flatMap(({ path, text }) => {
      const eager = [...text.matchAll(/^import (?!type )[^;]*from '(\.\/[^']+)'/gm)];
      return eager.map((match) => `${path} → ${match[1]}`);
    });
    expect(broken).toEqual([]);
  });
});

describe('one file alone', () => {
  const loadsAutomerge = (source: Source): boolean =>
    source.references.some(
      ({ specifier, isTypeOnly }) => !isTypeOnly && /^@automerge\/automerge(?:\/|$)/.test(specifier),
    );

  test('loads Automerge', () => {
    const others = allBut('src/core/automerge.ts');
    expect(offenders((source) => others(source) && loadsAutomerge(source))).toEqual([]);
  });

  test('of automerge-repo, everyone takes the slim entry, which loads no second Automerge', () => {
    const isFull = ({ references }: Source): boolean =>
      references.some(
        ({ specifier, isTypeOnly }) => !isTypeOnly && specifier === '@automerge/automerge-repo',
      );
    expect(offenders(isFull)).toEqual([]);
  });

  test('reads the clock', () => {
    const others = allBut('src/platform/clock.ts');
    const clocks = ['Date.now', 'performance.now', 'new Date()', 'Bun.nanoseconds', 'process.hrtime'];
    expect(offenders((source) => others(source) && clocks.some((clock) => source.uses.has(clock)))).toEqual(
      [],
    );
  });

  test('fetches from the network; the control socket is no network', () => {
    const others = allBut('src/platform/outbound.ts', 'src/core/control.ts');
    const modules = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'http', 'https'];
    const declared = /[({,]\s*fetch\s*[,}:)]/;
    const fetches = ({ uses, text, references }: Source): boolean =>
      ['globalThis.fetch', 'Bun.fetch', 'Bun.connect', 'new WebSocket()'].some((use) => uses.has(use)) ||
      (uses.has('fetch()') && !declared.test(text)) ||
      references.some(({ specifier, isTypeOnly }) => !isTypeOnly && modules.includes(specifier));
    expect(offenders((source) => others(source) && fetches(source))).toEqual([]);
  });

  test('sets the exit code', () => {
    const others = allBut('bin/groundmist.ts');
    const exits = ['process.exit', 'process.exitCode', 'process.abort', 'process.kill'];
    expect(offenders((source) => others(source) && exits.some((exit) => source.uses.has(exit)))).toEqual([]);
  });

  test('knows the paths below the data directory', () => {
    const others = allBut('src/core/store/layout.ts');
    const names = ['.groundmist', 'documents.sqlite', 'control.sqlite', 'control.sock', 'stores.json'];
    expect(offenders((source) => others(source) && names.some((name) => source.strings.has(name)))).toEqual(
      [],
    );
  });
});

describe('sizes', () => {
  const lineCounts = sources.map(({ lineCount }) => lineCount).toSorted((a, b) => a - b);

  test('no file has more than 300 lines', () => {
    expect(offenders(({ lineCount }) => lineCount > 300)).toEqual([]);
  });

  test('nine of ten files have at most 200 lines', () => {
    expect(lineCounts[Math.floor(lineCounts.length * 0.9)]).toBeLessThanOrEqual(200);
  });

  test('the files that wire everything have at most 100 lines', () => {
    const wiring = ['main', 'compose', 'feature', 'features', 'settings'].map((name) => `src/${name}.ts`);
    expect(offenders(({ path, lineCount }) => wiring.includes(path) && lineCount > 100)).toEqual([]);
  });
});

describe('syntax that the house does without', () => {
  test.each([
    ['any', 'TSAnyKeyword'],
    ['!', 'TSNonNullExpression'],
    ['enums', 'TSEnumDeclaration'],
    ['default exports', 'ExportDefaultDeclaration'],
  ])('%s', (_, kind) => {
    expect(offenders(({ syntax }) => syntax.has(kind))).toEqual([]);
  });

  test('barrel files', () => {
    expect(offenders(({ isBarrel }) => isBarrel)).toEqual([]);
  });

  test('file names that are not kebab-case', () => {
    expect(offenders(({ path }) => !/^[a-z0-9/-]+\.ts$/.test(path))).toEqual([]);
  });
});
