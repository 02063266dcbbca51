import { expect, test } from 'bun:test';
import { allSettings } from '../../../src/all-settings.ts';
import { describeCommands, flagText } from '../../../src/command-line/description.ts';
import { coreSettings } from '../../../src/settings.ts';
import { features } from '../../../src/features.ts';
import { manualPage } from '../../../src/features/manual/page.ts';

const page = manualPage(features, '1.2.3');

/** What a formatter says of it, on both streams. */
function saidOf(command: readonly string[], text: string): string {
  const run = Bun.spawnSync([...command], {
    stdin: Buffer.from(`${text}\n`),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
  });
  return run.stdout.toString() + run.stderr.toString();
}

/** The page as a person reads it, on one line. */
function shown(text: string): string {
  const plain = saidOf(['groff', '-man', '-Tutf8', '-P-cbou', '-rLL=200n'], text);
  return plain.replaceAll(/\s+/g, ' ');
}

test('it has the sections that people look for, in their order', () => {
  const titles = [...page.matchAll(/^\.SH "(.*)"$/gm)].map((match) => match[1]);
  expect(titles).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'FLAGS OF EVERY COMMAND',
    'ENVIRONMENT',
    'FILES',
    'EXIT STATUS',
    'EXAMPLES',
    'SEE ALSO',
  ]);
});

test.skipIf(Bun.which('groff') === null)(
  'it has every command but the hidden, each flag, each example, each setting',
  () => {
    const text = shown(page);
    for (const { name, command, flags, examples } of describeCommands(features)) {
      if (command.hidden) {
        expect(text).not.toContain(`groundmist ${name} `);
        continue;
      }
      expect(text).toContain(`groundmist ${name} `);
      for (const flag of flags) expect(text).toContain(flagText(flag));
      for (const [line] of examples)
        expect(text).toContain(line.replaceAll(/\s+/g, ' ').replaceAll('…', '...'));
    }
    for (const { env } of allSettings(features)) expect(text).toContain(`${env}=<`);
  },
);

test.skipIf(Bun.which('mandoc') === null)(
  'mandoc has nothing to say of it, but that a generated page has no date',
  () => {
    const said = saidOf(['mandoc', '-T', 'lint', '-W', 'warning'], page).trim().split('\n');
    expect(said).toEqual([expect.stringContaining('WARNING: missing date')]);
  },
);

test.skipIf(Bun.which('groff') === null).each(['utf8', 'latin1', 'ascii'])(
  'groff warns of nothing, on a terminal of %s',
  (device) => {
    expect(saidOf(['groff', '-ww', '-man', `-T${device}`, '-z'], page)).toBe('');
  },
);

test.skipIf(Bun.which('groff') === null)(
  'what looks like a request or an escape is shown as it stands',
  () => {
    const summary = String.raw`.so /etc/passwd \n(.x "quoted" don’t -- ✓`;
    const odd = { env: 'ODD', placeholder: 'it', summary, schema: coreSettings.listen.schema };
    const text = shown(manualPage([{ name: 'odd', settings: { odd } }], '1'));
    expect(text).toContain(summary);
  },
);
