import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { unitAuthorship, unitText, type Unit } from '../../../src/core/service/unit.ts';
import { temporaryFolder } from '../../support/folder.ts';

const plain: Unit = {
  command: ['/usr/bin/true'],
  envFile: '/srv/mist/.env',
  folder: '/srv/mist',
  dataDirectory: '/srv/mist/data',
  backupDirectory: undefined,
  ports: [3031],
  scope: 'user',
};

function lineOf(unit: Unit, name: string): string | undefined {
  return unitText(unit)
    .split('\n')
    .find((line) => line.startsWith(`${name}=`));
}

test('words with spaces, quotes, percent and dollar signs mean themselves', () => {
  const odd = { ...plain, command: ['/opt/my $bin/mist'], envFile: '/srv/a "b" 100% $HOME\\x' };
  expect(lineOf(odd, 'ExecStart')).toBe(
    String.raw`ExecStart="/opt/my $bin/mist" serve --env-file "/srv/a \"b\" 100%% $$HOME\\x"`,
  );
  expect(lineOf({ ...plain, folder: '/srv/a 100%' }, 'WorkingDirectory')).toBe(
    'WorkingDirectory=-/srv/a 100%%',
  );
});

test('a JIT survives the hardening, and what Bun would read from the environment is taken away', () => {
  for (const scope of ['user', 'system'] as const) {
    expect(unitText({ ...plain, scope })).not.toContain('MemoryDenyWriteExecute');
    expect(lineOf({ ...plain, scope }, 'UnsetEnvironment')).toStartWith(
      'UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN BUN_INSPECT ',
    );
  }
});

test("the machine's unit runs as a user of its own, never as root; a person's runs as that person", () => {
  expect(lineOf({ ...plain, scope: 'system' }, 'User')).toBe('User=groundmist');
  expect(lineOf(plain, 'User')).toBeUndefined();
});

test.each(['CapabilityBoundingSet', 'AmbientCapabilities'])(
  'only a port below 1024 keeps a capability (%s)',
  (name) => {
    const system: Unit = { ...plain, scope: 'system' };
    expect(lineOf(system, name)).toBe(`${name}=`);
    expect(lineOf({ ...system, ports: [80, 443] }, name)).toBe(`${name}=CAP_NET_BIND_SERVICE`);
  },
);

test('the machine’s unit may write to the data directory and to where backups go, also while their disks are away', () => {
  const system: Unit = { ...plain, scope: 'system', dataDirectory: '/srv/my data' };
  expect(lineOf(system, 'ReadWritePaths')).toBe('ReadWritePaths="-/srv/my data"');
  expect(lineOf({ ...system, backupDirectory: '/mnt/a b' }, 'ReadWritePaths')).toBe(
    'ReadWritePaths="-/srv/my data" "-/mnt/a b"',
  );
});

test('the machine’s unit has its settings handed over, or a blank line; a person’s reads what is theirs itself', () => {
  const system: Unit = { ...plain, scope: 'system', envFile: '/srv/a b 100%/.env' };
  expect(lineOf(system, 'LoadCredential')).toBe('LoadCredential=srv-a-b-100-.env:/srv/a b 100%%/.env');
  expect(lineOf(system, 'SetCredential')).toBe(String.raw`SetCredential=srv-a-b-100-.env:\n`);
  expect(lineOf(plain, 'LoadCredential')).toBeUndefined();
});

const noSystemd = Bun.which('systemd-analyze') === null ? ' (skipped: systemd-analyze is not installed)' : '';

describe.skipIf(noSystemd !== '')(`systemd-analyze${noSystemd}`, () => {
  const odd = { ...plain, envFile: '/srv/a b 100%/.env', dataDirectory: '/srv/a b 100%/data' };
  const units = (['user', 'system'] as const).map(
    (scope) => [scope, { ...odd, scope, backupDirectory: '/mnt/a b' }] as const,
  );

  /** What systemd says of a unit on disk. */
  function analyze(unit: Unit, ...words: readonly string[]): string {
    using folder = temporaryFolder();
    writeFileSync(folder.at('groundmist.service'), unitText(unit));
    const { stdout, stderr } = Bun.spawnSync(['systemd-analyze', ...words, folder.at('groundmist.service')]);
    return `${stdout.toString()}${stderr.toString()}`;
  }

  test.each(units)('finds nothing wrong with a %s unit', (scope, unit) => {
    const words = scope === 'user' ? ['--user'] : [];
    expect(analyze(unit, 'verify', '--recursive-errors=no', ...words)).not.toContain('groundmist.service');
  });

  test.each([
    ['system', 2],
    // Most of what counts needs namespaces, which a person's own systemd may not make everywhere.
    ['user', 7],
  ] as const)('calls the exposure of a %s unit no more than %f of 10', (scope, most) => {
    const said = analyze(
      { ...odd, scope, backupDirectory: '/mnt/a b', ports: [80, 443] },
      'security',
      '--offline=true',
    );
    const exposure = Number(/Overall exposure level for .*: ([0-9.]+)/.exec(said)?.[1]);
    // For whoever reads what CI printed.
    console.log(`systemd-analyze security: the ${scope} unit has an exposure of ${exposure}`);
    expect(exposure).toBeLessThanOrEqual(most);
  });
});

test('a folder that ends with a backslash does not go on with the next line, and a space at its end stays', () => {
  expect(lineOf({ ...plain, folder: '/srv/a\\' }, 'WorkingDirectory')).toBe('WorkingDirectory=-/srv/a\\/');
  expect(lineOf({ ...plain, folder: '/srv/a ' }, 'WorkingDirectory')).toBe('WorkingDirectory=-/srv/a /');
});

test('a disk is waited for and never required, for systemd tries nothing again whose requirement failed', () => {
  const text = unitText({ ...plain, scope: 'system', dataDirectory: '/mnt/my-disk/data' });
  const mounts = String.raw`mnt.mount mnt-my\x2ddisk.mount mnt-my\x2ddisk-data.mount`;
  expect(text).toContain(`\nWants=network-online.target ${mounts}\n`);
  expect(text).toContain(`\nAfter=network-online.target remote-fs.target ${mounts}\n`);
  expect(text).not.toContain('Requires');
});

test('only what no further start can cure keeps it down: a port that is busy is tried again', () => {
  expect(lineOf(plain, 'RestartPreventExitStatus')).toBe('RestartPreventExitStatus=2 3 4');
});

test('a unit of the version before, which init made, is ours; one that was changed is not', () => {
  const before = unitText({ ...plain, scope: 'system' }).replace(
    'made by groundmist;',
    'made by `groundmist init`;',
  );
  expect(unitAuthorship(before)).toBe('ours');
  expect(unitAuthorship(`${before}# mine\n`)).toBe('changed');
  expect(unitAuthorship('[Service]\n')).toBe('foreign');
});

test('a unit says how its own systemd is told of changes', () => {
  expect(unitText(plain)).toContain('`systemctl --user edit groundmist`');
  expect(unitText({ ...plain, scope: 'system' })).toContain('`systemctl edit groundmist`');
});

test('the server is waited for, watched, and told to stop alone', () => {
  for (const [name, value] of [
    ['Type', 'notify'],
    ['NotifyAccess', 'main'],
    ['WatchdogSec', '60'],
    ['KillMode', 'mixed'],
    ['OOMPolicy', 'continue'],
  ] as const) {
    expect(lineOf(plain, name)).toBe(`${name}=${value}`);
  }
});

test('what strangers can make the server open has a bound', () => {
  expect(lineOf(plain, 'LimitNOFILE')).toBe('LimitNOFILE=8192');
});
