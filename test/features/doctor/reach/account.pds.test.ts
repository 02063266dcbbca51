import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Finding } from '../../../../src/features/doctor/finding.ts';
import { look } from '../../../../src/features/doctor/look.ts';
import { reachChecks } from '../../../../src/features/doctor/reach/reach.ts';
import { systemSurroundings } from '../../../../src/features/doctor/reach/surroundings.ts';
import { run as publish } from '../../../../src/features/publish/command.ts';
import { runCommand } from '../../../support/command.ts';
import { startPds, type Pds, type PdsAccount } from '../../../support/pds.ts';
import { troubles } from './reach-world.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

const environmentOf = ({ did }: PdsAccount) => ({
  ATPROTO_DID: did,
  GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
  GROUNDMIST_HOST: 'sync.example.com',
  GROUNDMIST_PLC_URL: pds.plcUrl,
  GROUNDMIST_PRIVATE_HOSTS: pds.privateHosts.join(','),
});

/** What is found of the account alone: nobody looks the public name up. */
async function findingsOf(account: PdsAccount): Promise<readonly Finding[]> {
  const surroundings = {
    ...systemSurroundings,
    resolve: async () => [],
    resolveTxt: async () => [`did=${account.did}`],
  };
  const found: Finding[] = [];
  await runCommand(
    async (context) => {
      for (const check of reachChecks(surroundings).slice(0, 3)) found.push(...(await look(check, context)));
    },
    { environment: environmentOf(account) },
  );
  return found;
}

describe.skipIf(isSkipped)('with the reference PDS', () => {
  test('identity and clock are well, and the record is once it is published', async () => {
    const account = await pds.createAccount();
    expect(troubles(await findingsOf(account))).toEqual(['record warning']);
    const environment = {
      ...environmentOf(account),
      ATPROTO_APP_PASSWORD: await account.createAppPassword(),
    };
    await runCommand(publish, { options: { skipCheck: true }, environment });
    const findings = await findingsOf(account);
    expect(findings.map(({ check, kind }) => `${check} ${kind}`)).toEqual([
      'identity ok',
      'clock ok',
      'record ok',
    ]);
  });
});
