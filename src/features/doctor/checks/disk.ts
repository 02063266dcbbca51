import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { allSettings } from '../../../all-settings.ts';
import { leastRoomBytes, warnOfRoom } from '../../../core/store/disk.ts';
import type { CommandContext } from '../../../feature.ts';
import { findText } from '../../../platform/config.ts';
import { diskRoom } from '../../../platform/files.ts';
import { formatBytes } from '../../../platform/format.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { nearestThere } from '../../../platform/folders.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { lookAt } from '../reaching.ts';

const name = 'disk';
const { ok, warning, problem } = findingsOf(name);
const needs = { dataDirectory: coreSettings.dataDirectory };
const backupDirectory = 'GROUNDMIST_BACKUP_DIRECTORY';

/** Whether there is room for documents, and for backups. */
export const disk: Check = {
  name,
  needs,
  async find(context) {
    const path = resolve(context.configuration.read(needs).dataDirectory);
    const found = [...findRoom(path), ...findFiles(path), ...findBackupRoom(context, path)];
    const { freeBytes, sizeBytes } = diskRoom(nearestThere(path));
    const room = `${formatBytes(freeBytes)} are free of ${formatBytes(sizeBytes)} on the disk of ${path}.`;
    return found.length > 0 ? found : [ok(room)];
  },
};

function findRoom(path: string): readonly Finding[] {
  const room = diskRoom(nearestThere(path));
  const leastBytes = leastRoomBytes(room.sizeBytes);
  if (room.freeBytes >= leastBytes) {
    return warnOfRoom(room, path).map((sentence) => warning(sentence, look(path)));
  }
  const cause = `The disk of ${path} has ${formatBytes(room.freeBytes)} left: below ${formatBytes(leastBytes)} documents are read-only, and apps cannot save.`;
  return [problem(cause, look(path))];
}

/** A database needs few; documents as files need one or more each. */
const fewFiles = 1_000;
const leastFiles = 32;

function findFiles(path: string): readonly Finding[] {
  const { files, ffree } = statfsSync(nearestThere(path));
  // Some file systems, as btrfs, make them as they are needed and count none.
  if (files === 0 || ffree >= fewFiles) return [];
  const cause = `The disk of ${path} can hold only ${ffree} more files, whatever room there is (\`df -i\` shows it).`;
  const cure = `du --inodes -x ${shellWord(mountPointOf(path))} | sort -n | tail`;
  return [
    ffree < leastFiles
      ? problem(`${cause} The server cannot make those it needs.`, cure)
      : warning(cause, cure),
  ];
}

/** What is too little for documents is so for backups; one that fails takes no document with it. */
function findBackupRoom({ features, configuration }: CommandContext, dataPath: string): readonly Finding[] {
  const setting = allSettings(features).find(({ env }) => env === backupDirectory);
  const text = setting && findText(setting, configuration.sources).text;
  if (!text) return [];
  const path = resolve(text);
  if (lookAt(path) === undefined || lookAt(path)?.dev === lookAt(nearestThere(dataPath))?.dev) return [];
  const { freeBytes, sizeBytes } = diskRoom(path);
  if (freeBytes >= leastRoomBytes(sizeBytes)) return [];
  const cause = `The disk of the backups in ${path} has ${formatBytes(freeBytes)} left: the next backup may not fit.`;
  return [warning(cause, look(path))];
}

/** What takes the room of its disk, the largest last. */
function look(path: string): string {
  return `du -axh --max-depth=2 ${shellWord(mountPointOf(path))} | sort -h | tail`;
}

/** Where the disk of a path begins. */
function mountPointOf(path: string): string {
  let top = nearestThere(path);
  while (top !== dirname(top) && lookAt(dirname(top))?.dev === lookAt(top)?.dev) top = dirname(top);
  return top;
}
