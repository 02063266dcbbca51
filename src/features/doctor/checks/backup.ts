import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import { allSettings } from '../../../all-settings.ts';
import { findBackups, findWholeBackups } from '../../../core/backup/list.ts';
import { Failure } from '../../../core/failure.ts';
import type { CommandContext } from '../../../feature.ts';
import { systemClock } from '../../../platform/clock.ts';
import { findText } from '../../../platform/config.ts';
import { formatDuration, parseDuration } from '../../../platform/duration.ts';
import { formatTime } from '../../../platform/format.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { lookAt, modeWord } from '../reaching.ts';
import { findServer, sortWarnings, type ServerStatus } from '../running-server.ts';
import { restartCure } from '../units.ts';

const name = 'backup';
const { ok, warning, problem } = findingsOf(name);

/** Whether everything could come back tomorrow. */
export const backup: Check = {
  name,
  needs: { dataDirectory: coreSettings.dataDirectory },
  async find(context) {
    const text = settingText(context, 'GROUNDMIST_BACKUP_DIRECTORY');
    if (text === undefined) return [notSetUp];
    const server = await findServer(context);
    const directory = resolve(text);
    // A folder that is gone is put right here, whatever the server says of it.
    if (server.kind === 'answers' && lookAt(directory) !== undefined)
      return await heard(server.status, directory);
    return [await lookInto(directory, context)];
  },
};

const notSetUp = warning(
  'No backups are made: if this disk breaks, what no device holds is gone, and each app must be let in again.',
  'Set GROUNDMIST_BACKUP_DIRECTORY to a folder, best on another disk, and the server makes one a day; or make one now with `groundmist backup create --to FOLDER`.',
);

function settingText({ features, configuration }: CommandContext, env: string): string | undefined {
  const setting = allSettings(features).find((one) => one.env === env);
  return setting && findText(setting, configuration.sources).text;
}

async function heard(status: ServerStatus, directory: string): Promise<readonly Finding[]> {
  const { backup: report } = status;
  if (report === null) {
    const cause = 'Backups are set up, and the server that runs does not know it: it was started before.';
    return [warning(cause, restartCure(status.pid))];
  }
  const cure = `groundmist backup create --to ${shellWord(directory)}`;
  const sentences = sortWarnings(status).backup;
  if (sentences.length > 0) return sentences.map((sentence) => warning(sentence, cure));
  if (report.lastAt === null) return [ok('The server makes the first backup soon after it has started.')];
  const lastAt = Date.parse(report.lastAt);
  if (await isElsewhere(lastAt, directory)) {
    const cause = `The server's last backup, of ${formatTime(lastAt)}, is not in ${directory} as one sees it here: unless somebody took it away, the server writes to the disk that was there when it was started.`;
    return [warning(cause, restartCure(status.pid))];
  }
  return [ok(`The last backup is of ${formatTime(lastAt)}.`)];
}

/** The service of a machine keeps the disks that it was started with; one that is mounted since is another to it. */
async function isElsewhere(lastAt: number, directory: string): Promise<boolean> {
  try {
    const found = await findBackups(directory);
    return !found.some(({ at }) => at > lastAt - nameExactMs);
  } catch (error) {
    // What may not be looked into says nothing of where it is.
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** The name of a backup has its second. */
const nameExactMs = 1000;

/** Where no server tells, the folder does. */
async function lookInto(directory: string, context: CommandContext): Promise<Finding> {
  const stats = lookAt(directory);
  if (stats === undefined) {
    const cause = `The folder for backups, ${directory}, is not there, or may not be seen: the next backup fails.`;
    return warning(
      cause,
      `Mount its disk; if it is to lie on this one, \`mkdir -m 700 ${shellWord(directory)}\`.`,
    );
  }
  if (!stats.isDirectory()) {
    return problem(
      `${directory} is to hold the backups and is no folder.`,
      'Set GROUNDMIST_BACKUP_DIRECTORY to one.',
    );
  }
  const open = whyOpen(directory, stats);
  if (open !== undefined) return open;
  try {
    return judgeAge((await findWholeBackups(directory))[0]?.at, directory, context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return warning(error.message, `ls -la ${shellWord(directory)}`);
  }
}

/** Who may write there may put anything in the place of a backup, and wait until it is brought back. */
function whyOpen(directory: string, stats: Stats): Finding | undefined {
  if ((stats.mode & othersWrite) === 0) return undefined;
  const cause = `Every user of this machine may write into ${directory} (${modeWord(stats)}), and so replace your backups.`;
  return warning(cause, `If that folder is for backups alone, close it: \`chmod 700\` and its path.`);
}

const othersWrite = 0o002;

function judgeAge(at: number | undefined, directory: string, context: CommandContext): Finding {
  const cure = `groundmist backup create --to ${shellWord(directory)}`;
  if (at === undefined) return warning(`There is no backup in ${directory} yet.`, cure);
  const everyMs = parseDuration(settingText(context, 'GROUNDMIST_BACKUP_EVERY') ?? '');
  const ageMs = systemClock.now() - at;
  // As the server judges its own: one may be late, two may not.
  if (everyMs !== undefined && ageMs > 2 * everyMs) {
    return warning(`The last backup in ${directory} is ${formatDuration(ageMs / 1000)} old.`, cure);
  }
  return ok(`The last backup in ${directory} is of ${formatTime(at)}.`);
}
