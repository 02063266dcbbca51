/*
 * Upgrades from earlier programs to the built one and back, with clients that write meanwhile: `bun test/e2e/upgrade-from.ts <commit or file>…`.
 * Prints what came of each; exits with 1 where an edit was lost or a client was left behind.
 */
import { existsSync } from 'node:fs';
import { loadAutomerge } from '../../src/core/automerge.ts';
import { buildCommit, findCommit } from './earlier-binary.ts';
import { upgradeAndBack } from './upgrade.ts';

// As in a page, where what a stock client throws out of a timer or a socket ends nothing: it does so at a socket that is about to close or refused.
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => {
    if (!/Websocket not ready|Unexpected server response/.test(String(error))) throw error;
  });
}
const names = process.argv.slice(2);
if (names.length === 0) throw new Error('Name the commits, or the files, to upgrade from.');
await loadAutomerge();
for (const name of names) {
  try {
    const { edits, refusal } = await upgradeAndBack(programOf(name));
    console.log(`${name}: ${edits} edits by each client, none lost; back: ${refusal ?? 'as good'}`);
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
process.exit();

function programOf(name: string): string {
  if (existsSync(name)) return name;
  const hash = findCommit(name);
  if (hash === undefined) throw new Error('it is no file, and no commit that is here');
  return buildCommit(hash);
}
