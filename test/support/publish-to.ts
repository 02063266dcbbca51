import { run } from '../../src/features/publish/command.ts';
import { runCommand, type CommandRun } from './command.ts';
import type { Pds, PdsAccount } from './pds.ts';

export const host = 'sync.example.com';
/** The record that `groundmist publish` writes for a server of this name and this secret. */
export const record = {
  $type: 'xyz.groundmist.sync' as const,
  host,
  did: `did:web:${host}`,
  publicKeyMultibase: 'zDnaeUB9EhX9ZzF79i1FbSEAnE4i9FDryfRMcA5kbNuhaSWpJ',
};

/** The settings of a server of `account`. */
export function settingsOf(pds: Pds, account: PdsAccount) {
  return {
    ATPROTO_DID: account.did,
    GROUNDMIST_HOST: host,
    GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
    GROUNDMIST_PLC_URL: pds.plcUrl,
    GROUNDMIST_PRIVATE_HOSTS: pds.privateHosts.join(','),
  };
}

/** `groundmist publish … --json` for a server of `account` that does not run now. */
export async function publish(
  pds: Pds,
  account: PdsAccount,
  options: CommandRun['options'],
  more: CommandRun = {},
): Promise<unknown> {
  const { results } = await runCommand(run, {
    ...more,
    options: { skipCheck: true, ...options, json: true },
    environment: { ...settingsOf(pds, account), ...more.environment },
  });
  return JSON.parse(results.join('\n'));
}

/** The record as anybody reads it. */
export function readRecord(pds: Pds, { did }: PdsAccount): Promise<unknown> {
  const query = { repo: did, collection: 'xyz.groundmist.sync', rkey: did };
  return pds.call('com.atproto.repo.getRecord', { query });
}

/** Another app with a broad permission writes its own record. */
export async function rewrite(pds: Pds, account: PdsAccount, value: object): Promise<void> {
  const { did: repo, accessJwt } = account;
  const body = { repo, collection: 'xyz.groundmist.sync', rkey: repo, record: value };
  await pds.call('com.atproto.repo.putRecord', { accessJwt, body });
}
