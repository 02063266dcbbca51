import { describe, expect, test } from 'bun:test';
import { mayImport } from './support/import-rules.ts';
import { readSources, type Source } from './support/source.ts';

const tools = readSources('release');
const sources = [...readSources('src'), ...readSources('bin'), ...tools];
const serverSources = sources.filter(
  (source) => source.path !== 'bin/reference.ts' && !tools.includes(source),
);

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

  const looks = ['src/platform/tls-look.ts', 'src/platform/websocket-trial.ts'];
  /** Connects a datagram socket, which sends nothing. */
  const route = 'src/platform/route.ts';
  /** Has the library of TLS read a certificate, and opens nothing. */
  const showable = 'src/platform/showable.ts';

  const nameServers = 'src/platform/dns-exchange.ts';

  const opens = (source: Source, modules: readonly string[]): boolean =>
    source.references.some(
      ({ specifier, isTypeOnly }) => !isTypeOnly && modules.includes(specifier.replace(/^node:/, '')),
    );

  test('fetches from the network; the control socket is no network, and names and two looks of doctor are no requests', () => {
    const others = allBut(
      'src/platform/outbound.ts',
      'src/core/control.ts',
      nameServers,
      ...looks,
      route,
      showable,
    );
    const modules = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'inspector', 'bun', 'undici', 'ws'];
    const declared = /[({,]\s*fetch\s*[,}:)]/;
    const ways = [
      'globalThis.fetch',
      'Bun.fetch',
      'Bun.connect',
      'Bun.udpSocket',
      'Bun.RedisClient',
      'Bun.SQL',
    ];
    const objects = ['new WebSocket', 'new EventSource', 'new XMLHttpRequest', 'navigator.sendBeacon'];
    const fetches = (source: Source): boolean =>
      [...ways, ...objects].some((use) => source.uses.has(use)) ||
      (source.uses.has('fetch()') && !declared.test(source.text)) ||
      opens(source, modules);
    expect(offenders((source) => others(source) && fetches(source))).toEqual([]);
  });

  test('looks at what answers at an address, and only doctor has it look', () => {
    const uses = ({ references }: Source): boolean =>
      references.some(({ path }) => looks.includes(path ?? ''));
    const users = serverSources.filter(uses).map(({ path }) => path);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !path.startsWith('src/features/doctor/reach/'))).toEqual([]);
  });

  test('has name servers asked', () => {
    const asks = ({ references }: Source): boolean => references.some(({ path }) => path === nameServers);
    const users = serverSources.filter(asks).map(({ path }) => path);
    expect(users).toEqual(['src/platform/dns.ts']);
  });

  test('asks for the addresses of names; others for their texts, and for what everybody is told', () => {
    const others = allBut(
      'src/platform/outbound-target.ts',
      'src/platform/dns.ts',
      'src/platform/public-addresses.ts',
    );
    const resolves = (source: Source): boolean =>
      opens(source, ['dns', 'dns/promises']) || source.text.includes('Bun.dns');
    expect(offenders((source) => others(source) && resolves(source))).toEqual([]);
  });

  test('gives a library that fetches the way to do it; the demo, which starts no server here, syncs by itself', () => {
    const known = ['src/features/publish/', 'src/features/demo/'];
    const libraries =
      /^@atproto\/(?:api|xrpc|identity|oauth)|^@atcute\/(?:client|identity-resolver|oauth)|-network-websocket$/;
    const isKnown = ({ path }: Source): boolean => known.some((folder) => path.startsWith(folder));
    const loads = ({ references }: Source): boolean =>
      references.some(({ specifier, isTypeOnly }) => !isTypeOnly && libraries.test(specifier));
    expect(offenders((source) => !isKnown(source) && loads(source))).toEqual([]);
    const agents = ({ uses }: Source): boolean => uses.has('new AtpAgent');
    const unguarded = ({ text }: Source): boolean => !text.includes('fetch: toGlobalFetch(');
    expect(offenders((source) => agents(source) && unguarded(source))).toEqual([]);
    expect(offenders(agents).length).toBeGreaterThan(0);
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
    expect(lineCounts.filter((lineCount) => lineCount > 300)).toEqual([]);
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
