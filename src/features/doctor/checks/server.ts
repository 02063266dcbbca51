import { resolve } from 'node:path';
import { publicUrlOf } from '../../../core/identity/public-url.ts';
import { lockPath } from '../../../core/store/layout.ts';
import { isLockDamaged, type LockHolder } from '../../../core/store/lock.ts';
import { isStopped, wordsOf } from '../../../platform/processes.ts';
import type { CommandContext } from '../../../feature.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { readSettings, type Values } from '../../../platform/config.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findOtherServer, findPrograms, findSameServer, type FindPrograms } from '../other-server.ts';
import { isOfMachine, setAnotherFirst } from '../own-folder.ts';
import { lookAt } from '../reaching.ts';
import { findTraces } from './missing-directory.ts';
import { findServer, type RunningServer } from '../running-server.ts';
import { findDifferent } from '../setting-marks.ts';
import { restartCure, restartWithSettings, startCure } from '../units.ts';

const name = 'server';
const { ok, unchecked, warning, problem } = findingsOf(name);
const needs = { dataDirectory: coreSettings.dataDirectory };

/** Whether the server runs, and with these settings. */
export const server: Check = makeServerCheck(findPrograms);

export function makeServerCheck(find: FindPrograms): Check {
  return {
    name,
    needs,
    async find(context) {
      const found = await findServer(context);
      const path = resolve(context.configuration.read(needs).dataDirectory);
      switch (found.kind) {
        case 'answers':
          return await compare(context, found);
        case 'none':
          return [await none(path, context, find)];
        case 'forbidden':
          return [unchecked('Whether a server runs this user may not see; who runs it, and root, may.')];
        case 'silent':
          return [silent(path, found.holder)];
        case 'strange':
          return [
            problem(
              `What answers for ${path} does not speak as this groundmist does: it is of another version.`,
              restartCure(found.holder?.pid),
            ),
          ];
      }
    },
  };
}

/** Whatever else runs on this machine, this server is started as it is started. */
async function none(path: string, context: CommandContext, find: FindPrograms): Promise<Finding> {
  const cause = `No groundmist runs on ${path}, so no app can sync.`;
  const same = findSameServer(find, context);
  if (same !== undefined) {
    return warning(
      `${cause} One runs that was started with these settings (${same.description}): the folder was moved or deleted under it, or DATA_DIR was another then.`,
      lookAt(path) === undefined ? bringFirst : restartCure(same.pid),
    );
  }
  const other = findOtherServer(find);
  const start = await howToStart(path, context, find);
  if (other === undefined) return warning(cause, start);
  const look = other.look === undefined ? 'name its env file with --env-file' : `\`${other.look}\``;
  return warning(
    `${cause} Another one runs, with other settings (${other.description}): if that is the one you mean, ${look}.`,
    start,
  );
}

/** Not before its folder is there: a server that starts makes an empty one. */
async function howToStart(path: string, context: CommandContext, find: FindPrograms): Promise<string> {
  if (await isOfMachine(path)) return setAnotherFirst;
  const isLost = lookAt(path) === undefined && (await findTraces(path, context, find)) !== undefined;
  return isLost ? bringFirst : startCure(context);
}

const bringFirst = 'First bring the data directory back, as the finding on it says; then start the server.';

function silent(path: string, holder: LockHolder | undefined): Finding {
  if (holder?.command !== undefined) {
    return warning(
      `\`groundmist ${holder.command}\` (process ${holder.pid}) works on ${path}: meanwhile no server runs.`,
      'Wait until it has ended; then start the server.',
    );
  }
  if (holder === undefined && isLockDamaged(path)) {
    const lock = lockPath(path);
    return problem(
      `${lock} is damaged, so no server starts. No document is in it, and a server makes it anew.`,
      `mv ${shellWord(lock)} ${shellWord(`${lock}.damaged`)}`,
    );
  }
  if (holder !== undefined && isStopped(holder.pid)) {
    return problem(
      `The server (process ${holder.pid}) holds ${path} and is stopped, as by Ctrl-Z: it answers nobody.`,
      `Let it go on with \`kill -CONT ${holder.pid}\`.`,
    );
  }
  const who = holder === undefined ? 'Another process' : `The server (process ${holder.pid})`;
  return problem(
    `${who} holds ${path} and does not answer: it just starts, or it hangs.`,
    holder === undefined
      ? `fuser -v ${shellWord(path)}/.groundmist/lock`
      : `Look again in a minute; then end it with \`kill ${holder.pid}\`, and if it is still there after a minute with \`kill -9 ${holder.pid}\`; what it acknowledged is on disk. Then start it again.`,
  );
}

/** The settings are read at the start: whoever changes them restarts it. */
async function compare(
  { configuration }: CommandContext,
  found: Extract<RunningServer, { readonly kind: 'answers' }>,
): Promise<readonly Finding[]> {
  const { status } = found;
  const runs = `It runs (process ${status.pid}) as ${status.url}, for ${status.owner}`;
  const reading = readSettings(coreSettings, configuration.sources);
  if (reading.kind === 'problems')
    return [ok(`${runs}. Not all settings can be read, so it is not known whether with these.`)];
  const { values } = reading;
  const others = await findDifferent(values.dataDirectory, values);
  const different = [
    ...differences(values, found),
    ...(others ?? []).map((env) => `its ${env} is another one`),
  ];
  if (different.length === 0) {
    const how = others === undefined ? ', with these settings as far as it tells' : ', with these settings';
    return [ok(`${runs}${how}.`)];
  }
  const cause = `The server was started with other settings: ${different.join('; ')}, as the settings say now.`;
  const isSame = restartCure(status.pid);
  return [warning(cause, restartWithSettings({ words: wordsOf(status.pid), isSame }))];
}

function differences(
  values: Values<typeof coreSettings>,
  { status, holder }: Extract<RunningServer, { readonly kind: 'answers' }>,
): readonly string[] {
  const address = addressOf(values);
  const bound = `${values.listen}:${values.port}`;
  return [
    ...(status.owner === values.owner ? [] : [`its owner is ${status.owner} and not ${values.owner}`]),
    ...(address === undefined || status.url === address
      ? []
      : [`its name is ${status.url} and not ${address}`]),
    ...(holder === undefined || holder.listen === bound
      ? []
      : [`it listens on ${holder.listen} and not on ${bound}`]),
  ];
}

/** Undefined where the system chooses the port. */
function addressOf(values: { readonly host: string | undefined; readonly port: number }): string | undefined {
  if (values.host === undefined && values.port === 0) return undefined;
  return publicUrlOf(values.host, values.port).origin;
}
