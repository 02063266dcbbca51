import { randomBytes } from 'node:crypto';
import { controlTables } from '../../../src/core/access/tables.ts';
import { Sessions } from '../../../src/core/auth/session.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openControlDatabase } from '../../../src/core/store/control-database.ts';
import { prepareDataDirectory } from '../../../src/core/store/prepare-folders.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Binary } from '../../e2e/binary.ts';
import type { Place, ServerKind } from './home.ts';

export const benchNamespace = parseNamespace('xyz.groundmist.bench');
/** A device may have eight; those that closed a moment ago may still count. */
const socketsPerDevice = 6;

/** The built binary, with an owner whose devices are let in already. */
export function groundmistServer(binary: Binary): ServerKind {
  return {
    name: 'groundmist',
    prepare: (place) => ({
      command: [binary.path, 'serve'],
      env: {
        ATPROTO_DID: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
        GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
        GROUNDMIST_HOST: `localhost:${place.port}`,
        GROUNDMIST_METRICS: 'off',
        PORT: String(place.port),
        DATA_DIR: place.folder,
      },
      urls: issueTokens(place).map((token) => `ws://localhost:${place.port}/?token=${token}`),
    }),
  };
}

/** Thousands of devices would take the owner minutes to approve one by one, so their sessions are there from the start. */
function issueTokens({ folder, sockets }: Place): readonly string[] {
  prepareDataDirectory(folder);
  using database = openControlDatabase(folder, controlTables);
  const sessions = new Sessions({ database, clock: systemClock, randomBytes });
  const issue = (_: unknown, number: number): string => {
    const deviceId = `bench-${number}`;
    const bound = { origin: undefined, permission: 'read-write', rootDocumentUrl: undefined } as const;
    return sessions.issue({ deviceId, namespace: benchNamespace, ...bound }, systemClock.now()).syncToken;
  };
  const issueAll = (): readonly string[] =>
    Array.from({ length: 1 + Math.ceil(sockets / socketsPerDevice) }, issue);
  return database.transaction(issueAll)();
}
