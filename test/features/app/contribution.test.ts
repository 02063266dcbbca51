import { expect, test } from 'bun:test';
import type { Core } from '../../../src/core/core.ts';
import { contribute } from '../../../src/features/app/contribution.ts';
import { credentialsOf, startAccess } from '../../support/access.ts';

const clientId = 'https://library.example/client.json';
const named = { clientId, name: 'Library {x}', host: 'library.example' };

/** The feature on real access rules; what the owner would read in the log. */
function start(isNamed = false) {
  const { access, ask, waitingIds } = startAccess();
  const lines: string[] = [];
  const log = {
    getChild: () => log,
    warn: (template: string) => lines.push(template.replaceAll('{{', '{').replaceAll('}}', '}')),
  };
  const clientNames = { find: () => (isNamed ? named : undefined) };
  const { on } = contribute({ access, clientNames, log } as unknown as Core);
  return { ask, waitingIds, lines, on };
}

test('a name that was learnt after the question is told for those that wait, and for no other', () => {
  const { ask, waitingIds, lines, on } = start();
  void ask(credentialsOf('one', { app: { kind: 'vouched', clientId } }));
  const [id] = waitingIds();
  void ask(credentialsOf('two', { app: { kind: 'vouched', clientId: 'https://other.example/client.json' } }));
  void ask(credentialsOf('three', { app: { kind: 'unverified', says: clientId } }));
  on?.clientNamed?.(named);
  expect(lines).toEqual([`${id} is "Library {x}", as library.example says: ${clientId}`]);
});

test.each([
  ['vouched', `"Library {x}", as library.example says (${clientId}) asks to sync`],
  ['unverified', `An app that says it is ${clientId} asks to sync`],
] as const)('a known name is in the announcement of a vouched app alone (%s)', (kind, expected) => {
  const { lines, on } = start(true);
  on?.approvalRequested?.({ id: 'k7m2qx', namespace: 'xyz.groundmist.library', app: clientId, kind });
  expect(lines[0]).toStartWith(expected);
});
