import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { isOwnDataDirectory } from '../../../core/store/find-namespaces.ts';
import { countSetAside } from '../../../core/store/set-aside-count.ts';
import type { Namespace } from '../../../core/lexicon/namespace.ts';
import { documentsPath } from '../../../core/store/layout.ts';
import { toStoreFailure } from '../../../core/store/store-failure.ts';
import { knownNamespaces } from '../../../core/store/known-namespaces.ts';
import { hasErrorCode } from '../../../core/store/error-code.ts';
import { Failure } from '../../../core/failure.ts';
import { controlTablesOf } from '../../../control-tables.ts';
import type { CommandContext } from '../../../feature.ts';
import { isOfMachine } from '../own-folder.ts';
import { count } from '../../../platform/format.ts';
import { coreSettings } from '../../../settings.ts';
import { commandIn } from '../cure.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { isHidden, lookAt } from '../reaching.ts';
import { findServer, sentencesOf, sortWarnings, type ServerStatus } from '../running-server.ts';
import { atRest } from './store-at-rest.ts';
import { glanceOver } from './store-glance.ts';

const name = 'store';
const { ok, unchecked, warning, problem } = findingsOf(name);
const { dataDirectory, store: backend } = coreSettings;
const needs = { dataDirectory, backend };

/** Whether the stores are as they should be, as far as is known without reading all of them. */
export const store: Check = {
  name,
  needs,
  async find(context) {
    const path = resolve(context.configuration.read(needs).dataDirectory);
    try {
      return (await whyNotLooked(path, context)) ?? (await lookInto(path, context));
    } catch (error) {
      // What this user may not read in it `ownership` tells of.
      if (!isUnreadable(error)) throw error;
      return [unchecked(error.message)];
    }
  },
};

async function whyNotLooked(path: string, context: CommandContext): Promise<readonly Finding[] | undefined> {
  const { kind } = await findServer(context);
  if (kind === 'silent') return [unchecked(`Another process holds ${path} and does not answer.`)];
  if (kind === 'forbidden' || isHidden(path)) return [unchecked(`${path} may not be seen by this user.`)];
  if (isNoFolder(path)) return [unchecked(`${path} is no folder.`)];
  return (await isOfMachine(path)) ? [unchecked(`${path} is no folder of groundmist's own.`)] : undefined;
}

async function lookInto(path: string, context: CommandContext): Promise<readonly Finding[]> {
  const server = await findServer(context);
  const told =
    server.kind === 'answers'
      ? [...heard(server.status), ...glanceOver(path, true)]
      : await atRest(path, {
          backend: context.configuration.read(needs).backend,
          controlTables: controlTablesOf(context),
          signal: context.signal,
        });
  if (told.length > 0) return told;
  if (!isOwnDataDirectory(path)) return [ok('Nothing is stored yet.')];
  return [await describeQuiet(path, server.kind === 'answers')];
}

function isUnreadable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const cause = error instanceof Failure ? error.cause : error;
  return hasErrorCode(cause, 'EACCES');
}

/** There is something, a file or a link that leads nowhere: `data-directory` tells of it. */
function isNoFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined && lookAt(path)?.isDirectory() !== true;
}

/** What the server says of itself; its disk and its backups have checks of their own. */
function heard(status: ServerStatus): readonly Finding[] {
  return [
    ...sentencesOf(status.problems, status, false).map((sentence) => problem(sentence, cureIn(sentence))),
    ...sortWarnings(status).others.map((sentence) => warning(sentence, cureIn(sentence))),
  ];
}

/** The command that a sentence of the server names. */
function cureIn(sentence: string): string {
  return commandIn(sentence) ?? 'Do what it says; then look again with `groundmist status`.';
}

async function describeQuiet(path: string, isRunning: boolean): Promise<Finding> {
  const namespaces = await knownNamespaces(path);
  let setAside = 0;
  try {
    for (const namespace of namespaces) setAside += await countKept(path, namespace, isRunning);
  } catch (error) {
    const failure = toStoreFailure(error, `A database in ${path}`);
    if (failure.code === 'StoreDamaged') return problem(failure.message, 'groundmist verify');
  }
  const kept =
    setAside === 0
      ? ''
      : ` ${count(setAside, 'piece')} that did not load ${setAside === 1 ? 'is' : 'are'} kept in quarantine, where it harms nothing.`;
  return ok(
    `${count(namespaces.length, 'namespace')}, and nothing is known to be wrong.${kept} \`groundmist verify\` reads every byte.`,
  );
}

/** Of a log that no server reads only a copy of the whole database would tell: that is not worth it. */
async function countKept(path: string, namespace: Namespace, isRunning: boolean): Promise<number> {
  const log = lookAt(`${documentsPath(path, namespace)}-wal`);
  return !isRunning && log !== undefined && log.size > 0 ? 0 : await countSetAside(path, namespace);
}
