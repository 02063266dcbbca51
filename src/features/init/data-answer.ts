import { existsSync, lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDataDirectory } from '../../core/store/find-namespaces.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import { whyControl } from '../../core/service/control-characters.ts';
import { findText } from '../../platform/config.ts';
import { isFolder, isWritable, nearestThere } from '../../platform/folders.ts';
import type { Prompts } from '../../platform/prompts.ts';
import { coreSettings } from '../../settings.ts';
import { whyNotSetting, type Asking } from './asking.ts';

const { dataDirectory } = coreSettings;

/** Where the documents live, as an absolute path. */
export async function answerDataDirectory(asking: Asking): Promise<string> {
  const { prompts, sources, folder, defaultDataDirectory, surroundings } = asking;
  const { text, origin } = findText(dataDirectory, sources);
  const current = origin.kind === 'file' && text !== undefined ? resolve(folder, text) : defaultDataDirectory;
  const given = givenDataDirectory(asking);
  const directory = given ?? (prompts ? await ask(prompts, current, asking) : current);
  const kind = surroundings.networkFileSystem(nearestThere(directory));
  if (kind !== undefined) prompts?.warn(describeNetwork(directory, kind));
  return directory;
}

/** What a flag says, from where the person is, or the environment, from where the env file is: that is no question. */
export function givenDataDirectory({ sources, folder, surroundings }: Asking): string | undefined {
  const { text, origin } = findText(dataDirectory, sources);
  if (text === undefined || (origin.kind !== 'flag' && origin.kind !== 'environment')) return undefined;
  return resolve(origin.kind === 'flag' ? surroundings.workingFolder : folder, text);
}

async function ask(prompts: Prompts, current: string, asking: Asking): Promise<string> {
  const { home, workingFolder } = asking.surroundings;
  const wholePath = (text: string): string => text.replace(/^~(?=\/|$)/, home);
  let initial = current;
  for (;;) {
    const typed = await prompts.text({
      message: 'Where to keep your documents',
      why: 'They get a folder of their own on this machine, which only the server may read.',
      initial,
      whyNot: (text) =>
        text === '' ? 'Type the path of a folder.' : whyNotSetting(dataDirectory, wholePath(text)),
    });
    const directory = resolve(workingFolder, wholePath(typed));
    const why = await whyNotDataDirectory(directory, asking);
    if (why === undefined) return directory;
    prompts.warn(why);
    initial = typed;
  }
}

export function describeNetwork(directory: string, kind: string): string {
  return (
    `${directory} is on a file system of the kind ${kind}, which may be another machine's disk. Documents ` +
    'are safe only on a disk whose locks and writes can be trusted: better take one of this machine.'
  );
}

/** Refuses a folder that nobody is asked about. */
export async function checkDataDirectory(directory: string, asking: Asking): Promise<void> {
  const why = await whyNotDataDirectory(directory, asking);
  if (why !== undefined) throw new Failure('Usage', `${why} Choose one with --data-dir.`);
}

/** Why documents cannot live there, as a sentence; nothing is written to find out. */
async function whyNotDataDirectory(
  directory: string,
  { folder, surroundings }: Pick<Asking, 'folder' | 'surroundings'>,
): Promise<string | undefined> {
  const control = whyControl(directory);
  if (control !== undefined) return control;
  if (leadsNowhere(directory)) return `${directory} is a link to a folder that is not there.`;
  const nearest = nearestThere(directory);
  if (!isFolder(nearest) || !isWritable(nearest)) {
    if (nearest === directory) return `${directory} is not a folder you may write to.`;
    return `The data directory ${directory} cannot be made: ${nearest} is not a folder you may write to.`;
  }
  // It becomes ours alone, mode 0700: done to /etc or a home, that would lock everybody else out.
  const holdsMore = [folder, surroundings.workingFolder, surroundings.home, '/'].includes(directory);
  if (holdsMore) return `${directory} holds other things. Give documents a folder of their own.`;
  if (nearest !== directory) return undefined;
  try {
    if (await isDataDirectory(directory)) return undefined;
    return `${directory} holds other things. Give documents a folder of their own.`;
  } catch (error) {
    return toFailure(error).message;
  }
}

function leadsNowhere(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink() && !existsSync(path);
  } catch {
    return false; // There is nothing, or not even a folder for it.
  }
}
