import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuration } from '../../../src/features/doctor/checks/configuration.ts';
import { examine } from '../../../src/features/doctor/command.ts';
import { findingsOf, type Check, type Finding } from '../../../src/features/doctor/finding.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { OutputClosed, type Terminal } from '../../../src/platform/terminal.ts';
import { coreSettings } from '../../../src/settings.ts';
import { failureOf, rejectionOf } from '../../support/rejection.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { contextOf, type Given } from './context.ts';

const { ok, unchecked, warning, problem } = findingsOf('disk');

function finds(...findings: readonly Finding[]): Check {
  return { name: findings[0]?.check ?? 'nothing', find: () => Promise.resolve(findings) };
}

const well = finds(ok('12.3 GB are free of 40.0 GB on the disk of /srv/mist.'));
const short = finds(
  warning('Only 900.0 MB are left on the disk of /srv/mist.', 'du -xh --max-depth=2 / | sort -h | tail'),
);
const full = finds(problem('The disk of /srv/mist is full, so apps cannot save.', 'Make room on it.'));
const nowhere = finds(unchecked('Only Linux tells.'));

async function shown(
  given: Given,
  checks: readonly Check[],
  changed: Partial<Terminal> = {},
): Promise<string> {
  const terminal = recordingTerminal(changed);
  await examine(contextOf({ ...given, terminal }), checks).catch(() => undefined);
  return terminal.output();
}

describe('the report', () => {
  test('has a line for each finding, what to type under it, and the sum', async () => {
    expect(await shown({}, [well, short, full, nowhere])).toBe(
      `✓ disk  12.3 GB are free of 40.0 GB on the disk of /srv/mist.
! disk  Only 900.0 MB are left on the disk of /srv/mist.
        $ du -xh --max-depth=2 / | sort -h | tail
✗ disk  The disk of /srv/mist is full, so apps cannot save.
        → Make room on it.
– not checked: disk. Only Linux tells.

1 problem, 1 warning, 1 ok, 1 not checked
`,
    );
  });

  test('fits a narrow terminal, but for a command, which stays whole for who copies it', async () => {
    const output = await shown({}, [well, short, full], { width: 30 });
    const lines = output.split('\n').filter((line) => !line.includes('$ du'));
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(30);
    expect(output).toContain('✓ disk\n  12.3 GB are free of 40.0 GB\n  on the disk of /srv/mist.\n');
    expect(output).toContain('  $ du -xh --max-depth=2 / | sort -h | tail\n');
  });

  test('is coloured where the terminal has colours, and nowhere else', async () => {
    const plain = await shown({}, [well, short, full, nowhere]);
    const coloured = await shown({}, [well, short, full, nowhere], { hasColor: true });
    expect(coloured).toContain('\u001B[31m✗ disk');
    expect(Bun.stripANSI(coloured)).toBe(plain);
    expect(Bun.stripANSI(plain)).toBe(plain);
  });

  test('lets nothing that it quotes command the terminal', async () => {
    const hostile = 'A \u001B]0;title\u0007 \u202E\r\n B.';
    const output = await shown({}, [
      finds(problem(hostile, hostile)),
      finds(warning(hostile, `echo ${hostile}x`)),
    ]);
    // oxlint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('says while it looks what it looks at, and leaves nothing of that', async () => {
    let drawn = '';
    const long: Check = { name: 'websocket-of-a-long-name', find: async () => [] };
    await shown({}, [well, long], { width: 20, draw: (text) => void (drawn += text) });
    expect(drawn).toContain('… disk (1 of 2)');
    expect(drawn).toContain('… websocket-of-a-l…');
    expect(drawn).toEndWith('\r\u001B[2K');
  });
});

describe('the end', () => {
  test('is well with warnings alone', async () => {
    await examine(contextOf(), [well, short, nowhere]);
    expect(await shown({}, [well])).toEndWith('\n1 ok. Nothing needs you.\n');
  });

  test('is the same where nobody reads any more', async () => {
    const terminal = recordingTerminal({ result: () => Promise.reject(new OutputClosed()) });
    for (const options of [{}, { json: true }]) {
      const context = contextOf({ terminal, options });
      expect((await failureOf(examine(context, [well, full]))).code).toBe('ProblemsFound');
      await examine(context, [well]);
    }
  });

  test('is a failure with exit code 3 that names the checks where there is a problem', async () => {
    const failure = await failureOf(examine(contextOf(), [full, well, full]));
    expect(failure.message).toBe('2 problems found: disk.');
    expect(failure.kind.exit).toBe(3);
  });
});

describe('a check', () => {
  test('that throws is a problem of its own, and the others go on', async () => {
    const thrown: Check = { name: 'dns', find: () => Promise.reject(new TypeError('x is not a function')) };
    const output = await shown({}, [thrown, well]);
    expect(output).toContain('✗ dns   This could not be looked at: x is not a function.');
    expect(output).toContain('✓ disk');
  });

  test('is left out where a setting that it needs cannot be read, in one line for all', async () => {
    const { port, owner } = coreSettings;
    const needing = (name: string): Check => ({
      name,
      needs: { port, owner },
      find: async () => [ok('seen')],
    });
    const output = await shown({ environment: { PORT: 'http' } }, [needing('one'), well, needing('two')]);
    expect(output).toContain('– not checked: one, two. PORT cannot be read.');
    expect(output).not.toContain('seen');
  });

  test('is left out where nothing is set up, but for one that is basic', async () => {
    const basic: Check = { ...well, isBasic: true };
    const sources = { flags: {}, environment: {} };
    const output = await shown({ sources }, [basic, full]);
    expect(output).toContain('✓ disk');
    expect(output).toContain('– not checked: disk. This server has not been set up yet.');
    expect(output).not.toContain('✗');
  });

  test('that takes for ever ends at once with Ctrl-C', async () => {
    const interruption = new AbortController();
    const endless: Check = {
      name: 'dns',
      find() {
        interruption.abort(new Cancelled('SIGINT'));
        return new Promise(() => {});
      },
    };
    const { signal } = interruption;
    const error = await rejectionOf(examine(contextOf({ signal }), [endless, full]));
    expect(error).toBeInstanceOf(Cancelled);
  });
});

describe('--json', () => {
  const options = { json: true };

  test('is one object of a stable shape, printed once', async () => {
    const printed = await shown({ options }, [well, short, full, nowhere]);
    const golden = readFileSync(join(import.meta.dir, 'golden/doctor.json'), 'utf8');
    expect(
      printed.replace(/"at": ".*"/, '"at": "<time>"').replace(/"version": ".*"/, '"version": "<version>"'),
    ).toBe(golden);
  });

  test('ends as the report does', async () => {
    await examine(contextOf({ options }), [well]);
    expect((await failureOf(examine(contextOf({ options }), [full]))).code).toBe('ProblemsFound');
  });
});

test('no finding quotes a secret, as text and as JSON', async () => {
  const key = '5c'.repeat(40);
  const environment = {
    PORT: `3031 GROUNDMIST_SYNC_SECRET_KEY=${key}`,
    ATPROTO_DID: key,
    GROUNDMIST_TLS_KEY: `-----BEGIN PRIVATE KEY-----\n${key}`,
  };
  const quoting = finds(
    problem(
      'It has AGE-SECRET-KEY-15C5C and https://me:5c5c5c@a.example.',
      `curl 'https://a.example/?token=5c5c5c'`,
    ),
  );
  const failing: Check = { name: 'failing', find: () => Promise.reject(new Error('password=5c5c5c')) };
  for (const options of [{}, { json: true }]) {
    const output = await shown({ environment, options }, [configuration, quoting, failing]);
    expect(output).toContain('GROUNDMIST_TLS_KEY: it takes the path of a file');
    expect(output).not.toMatch(/5c5c/i);
  }
});
