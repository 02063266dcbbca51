import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { run } from '../../../src/features/publish/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { recordAnswer, startFakePds, type FakePds } from '../../support/fake-pds.ts';
import { record } from '../../support/publish-to.ts';

const older = { $type: 'xyz.groundmist.sync', host: 'old.example.com' };

/** What `--json` prints, with the names of docs/json.md for what chance made. */
async function shownBy(pds: FakePds, options: CommandRun['options']): Promise<string> {
  const environment = pds.environment();
  const given = { options: { skipCheck: true, json: true, ...options }, environment };
  const { results } = await runCommand(run, given);
  return `${results.join('\n')}\n`
    .replaceAll(pds.owner.did, 'did:plc:ewvi7nxzyoun6zhxrhs64oiz')
    .replaceAll(`http://${pds.host}`, 'https://pds.example.com');
}

async function expectGolden(name: string, shown: string): Promise<void> {
  expect(shown).toBe(await Bun.file(join(import.meta.dir, 'golden', `${name}.json`)).text());
}

function publishing(value: unknown): Promise<FakePds> {
  const starting = startFakePds({
    'com.atproto.repo.getRecord': async () => {
      const pds = await starting;
      if (pds.called.includes('com.atproto.repo.deleteRecord')) {
        return Response.json({ error: 'RecordNotFound' }, { status: 400 });
      }
      return recordAnswer(pds.owner.did, pds.called.includes('com.atproto.repo.putRecord') ? record : value);
    },
  });
  return starting;
}

test('what is published', async () => {
  await using pds = await publishing(record);
  await expectGolden('shown', await shownBy(pds, { show: true }));
});

test('that nothing is published', async () => {
  await using pds = await startFakePds();
  await expectGolden('shown-nothing', await shownBy(pds, { show: true }));
});

test('what would be written', async () => {
  await using pds = await publishing(older);
  await expectGolden('dry-run', await shownBy(pds, { dryRun: true }));
});

test('what was written', async () => {
  await using pds = await publishing(older);
  await expectGolden('published', await shownBy(pds, {}));
});

test('that there was nothing to write', async () => {
  await using pds = await publishing(record);
  await expectGolden('unchanged', await shownBy(pds, {}));
});

test('what was removed', async () => {
  await using pds = await publishing(older);
  await expectGolden('removed', await shownBy(pds, { remove: true }));
});
