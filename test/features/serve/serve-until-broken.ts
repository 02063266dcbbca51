/* Run by breakdown.test.ts as a process of its own, for it ends Automerge: a server, and the trap under its first document. */
import { compose } from '../../../src/compose.ts';
import { Configuration } from '../../../src/configuration.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { features } from '../../../src/features.ts';
import { serve } from '../../../src/features/serve/command.ts';
import type { Groundmist } from '../../../src/groundmist.ts';
import { exitCodeOf } from '../../../src/main.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { systemTerminal } from '../../../src/platform/terminal.ts';
import { HubPeer, sessionOf } from '../../support/hub.ts';
import { stopAutomerge } from '../../support/stop-automerge.ts';
import { emptySync, newDocumentId } from '../../support/sync-document.ts';

const [, , dataDirectory = ''] = process.argv;
const environment = {
  ATPROTO_DID: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
  GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
  GROUNDMIST_HOST: 'localhost',
  DATA_DIR: dataDirectory,
  PORT: '0',
};
const configuration = new Configuration({ flags: {}, environment });
const terminal = systemTerminal({ isQuiet: false, isVerbose: false });

async function breakDown({ core }: Groundmist): Promise<void> {
  const hub = await core.hubs.open(parseNamespace('xyz.groundmist.library'));
  const peer = HubPeer.join(hub, sessionOf('somebody'));
  await stopAutomerge();
  peer.sync(newDocumentId(), emptySync, 'request');
}

try {
  await serve({
    arguments: {},
    options: {},
    configuration,
    features,
    terminal,
    signal: new AbortController().signal,
    compose: async (log) => {
      const groundmist = await compose({ features, configuration, clock: systemClock, log });
      setImmediate(() => void breakDown(groundmist));
      return groundmist;
    },
  });
} catch (error) {
  process.exitCode = exitCodeOf(error, terminal);
}
