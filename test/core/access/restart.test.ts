import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { controlTables } from '../../../src/core/access/tables.ts';
import { Audit } from '../../../src/core/auth/audit.ts';
import { openDatabase } from '../../../src/platform/database.ts';
import { credentialsOf, startAccess } from '../../support/access.ts';
import { temporaryFolder } from '../../support/folder.ts';

const app = credentialsOf('app');

function openControlDatabase(directory: string) {
  return openDatabase(join(directory, 'control.sqlite'), controlTables);
}

test('sessions, approvals, questions, root documents and the audit survive a restart', async () => {
  using directory = temporaryFolder();
  const before = startAccess({ database: openControlDatabase(directory.path) });
  const { syncToken } = await before.letIn(app, { rootDocumentUrl: 'automerge:first' });
  const asked = before.ask(credentialsOf('waiting'));
  const waiting = before.waitingIds();
  before.clock.advance(50_000);
  await asked;
  before.sessions.close();
  before.database.close(true);

  const after = startAccess({ database: openControlDatabase(directory.path), clock: before.clock });
  expect(after.sessions.verify(syncToken, app.origin, after.clock.now())).toBeDefined();
  expect(await after.ask(app)).toMatchObject({ kind: 'admitted', rootDocumentUrl: 'automerge:first' });
  expect(after.waitingIds()).toEqual(waiting);
  expect(new Audit(after.database).list(10).map((entry) => entry.event)).toEqual([
    'admitted',
    'requested',
    'admitted',
    'approved',
    'requested',
  ]);
  after.database.close(true);
});
