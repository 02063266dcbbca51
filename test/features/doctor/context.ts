import { Configuration } from '../../../src/configuration.ts';
import type { CommandContext } from '../../../src/feature.ts';
import type { Check, Finding } from '../../../src/features/doctor/finding.ts';
import { look } from '../../../src/features/doctor/look.ts';
import { features } from '../../../src/features.ts';
import type { Sources } from '../../../src/platform/config.ts';
import type { Terminal } from '../../../src/platform/terminal.ts';
import { byItself } from '../../support/by-itself.ts';
import { recordingTerminal } from '../../support/terminal.ts';

export const owner = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
export const goodSecret = new Bun.CryptoHasher('sha256').update('of a test').digest('hex');

export interface Given {
  /** Beside the owner and the secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the environment. */
  readonly sources?: Sources;
  readonly terminal?: Terminal;
  readonly options?: CommandContext['options'];
  readonly signal?: AbortSignal;
}

/** What a command would see on a machine that is set up. */
export function contextOf(given: Given = {}): CommandContext {
  const environment = {
    ATPROTO_DID: owner,
    GROUNDMIST_SYNC_SECRET_KEY: goodSecret,
    ...given.environment,
  };
  return {
    ...byItself,
    arguments: {},
    options: given.options ?? {},
    configuration: new Configuration(given.sources ?? { flags: {}, environment }),
    features,
    signal: given.signal ?? new AbortController().signal,
    terminal: given.terminal ?? recordingTerminal(),
  };
}

/** What one check finds there. */
export function find(check: Check, given: Given = {}): Promise<readonly Finding[]> {
  return look(check, contextOf(given));
}

/** The only finding. */
export async function findOne(check: Check, given: Given = {}): Promise<Finding> {
  const findings = await find(check, given);
  const [finding] = findings;
  if (finding === undefined || findings.length > 1) throw new Error(`found ${JSON.stringify(findings)}`);
  return finding;
}

export const isRoot = process.geteuid?.() === 0;
/** Of nobody on this machine. */
export const strangerId = 54_321;
