import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  isNetworked,
  isOfUnknownProgram,
  mountOf,
  readMountInfo,
  type Mount,
} from '../../../platform/mounts.ts';
import { nearestThere } from '../../../platform/folders.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';

const name = 'filesystem';
const { ok, unchecked, warning, problem } = findingsOf(name);
const needs = { dataDirectory: coreSettings.dataDirectory };

/** Whether the data directory lies where a database is safe. */
export const filesystem: Check = {
  name,
  needs,
  async find({ configuration }) {
    const path = resolve(configuration.read(needs).dataDirectory);
    const mountInfo = readMountInfo();
    if (mountInfo === undefined) return [unchecked('Only Linux tells on which file system a folder lies.')];
    const mount = mountOf(realpathSync(nearestThere(path)), mountInfo);
    if (mount === undefined) return [unchecked(`The system does not say on which file system ${path} lies.`)];
    return [judge(path, mount)];
  },
};

const inMemory = /^(?:tmpfs|ramfs|rootfs)$/;
const ofContainer = /^(?:overlay|overlayfs|aufs|fuse-overlayfs)$/;
const withoutModes = /^(?:vfat|msdos|exfat|fuseblk|ntfs|ntfs3)$/;

export function judge(path: string, mount: Mount): Finding {
  const { type, source, path: mountPoint } = mount;
  const where = `${path} lies on ${type} (${mountPoint}${source.includes(':') ? `, ${source}` : ''})`;
  const move = 'Stop the server, copy the folder to a disk of this machine, and set DATA_DIR to the copy.';
  if (ofContainer.test(type)) {
    return warning(
      `${where}, the inside of a container or a live system: it is gone with that, and your documents too.`,
      'Give the container a volume for its data directory, as with `-v groundmist:/data`, and set DATA_DIR to where it is mounted.',
    );
  }
  if (isNetworked(mount)) {
    return problem(
      `${where}, a network or shared file system. There locks and syncs are not what a database needs: two servers could write at once, and a crash can damage the documents.`,
      move,
    );
  }
  if (isOfUnknownProgram(mount)) {
    return warning(
      `${where}, which a program shows as folders: whether it locks and syncs as a database needs it, groundmist does not know.`,
      'Ask its makers whether SQLite in WAL mode is safe on it; a folder on a plain disk of this machine always is.',
    );
  }
  if (inMemory.test(type)) {
    return warning(`${where}, which is memory: all documents are gone when the machine stops.`, move);
  }
  if (withoutModes.test(type)) {
    return warning(
      `${where}, which keeps neither owners nor modes: every user of this machine may read it.`,
      move,
    );
  }
  return ok(`${path} lies on a disk of this machine (${type}).`);
}
