import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { refuseControl } from '../../core/service/control-characters.ts';
import { machineDataDirectory, unitName } from '../../core/service/service-names.ts';
import { envValues, parseEnvFile, type EnvEntry } from '../../platform/env-file.ts';
import { machineEnvFile, readCandidate } from '../../platform/env-file-search.ts';
import { isFolder, isWritable, nearestThere } from '../../platform/folders.ts';
import { coreSettings } from '../../settings.ts';
import { readForm, type EnvForm } from './env-text.ts';
import type { Surroundings } from './surroundings.ts';

/** Where settings go, and documents by default. */
export interface Place {
  readonly envFile: string;
  readonly dataDirectory: string;
  /** Whether every command finds the env file, from whatever folder. */
  readonly isFoundEverywhere: boolean;
  /** The env file that every command finds from elsewhere. */
  readonly usualEnvFile: string;
}

/** A file that stands where `init` would write, and its mode. */
export interface Standing {
  readonly text: string;
  readonly mode: number;
  /** The first line that is not UTF-8. */
  readonly brokenLine?: number;
}

/** What is there before. */
export interface Before {
  readonly envFile: string;
  /** No entries where there is no file. */
  readonly entries: readonly EnvEntry[];
  readonly form: EnvForm;
  /** Whether the env file is that of a server, and this so a second run. */
  readonly isSetUp: boolean;
  readonly standing: {
    readonly envFile: Standing | undefined;
    readonly unit: Standing | undefined;
    readonly caddyfile: Standing | undefined;
  };
  /** Where the files beside the env file are, links followed. */
  readonly paths: { readonly unit: string; readonly caddyfile: string };
}

/**
 * `.env` in the folder where the person is, with documents beside it; in a home and in a checkout of git, which are no server's, the
 * places that the XDG Base Directory Specification names; for root those of the machine, which the service may enter, and wherever root
 * is where a service of the machine is asked for.
 */
export function choosePlace(
  named: string | undefined,
  surroundings: Surroundings,
  isForMachine = false,
): Place {
  const { workingFolder, home, configHome, dataHome, isRoot } = surroundings;
  const machine = { envFile: machineEnvFile, dataDirectory: machineDataDirectory };
  const person = { envFile: `${configHome}/groundmist/env`, dataDirectory: `${dataHome}/groundmist` };
  const usual = isRoot && (home === '/root' || isForMachine) ? machine : person;
  const beside = (envFile: string): Place => ({
    envFile,
    dataDirectory: join(dirname(resolve(envFile)), '.data'),
    isFoundEverywhere: false,
    usualEnvFile: usual.envFile,
  });
  if (named !== undefined && resolve(workingFolder, named) !== usual.envFile) return beside(named);
  const isHome = [home, '/'].includes(workingFolder) || (isRoot && dirname(workingFolder) === '/home');
  // What is not in git is easily cleaned away in its checkout, documents too.
  const isElsewhere = isHome || existsSync(join(workingFolder, '.git'));
  const here = join(workingFolder, '.env');
  const isHere = isRoot && isForMachine ? isOfServer(here) : existsSync(here) || isLink(here) || !isElsewhere;
  if (named === undefined && isHere) return beside(here);
  return { ...usual, isFoundEverywhere: true, usualEnvFile: usual.envFile };
}

/** Reads what stands where `init` will write. A folder that is missing is made only where we chose it. */
export function readBefore({ envFile: path, isFoundEverywhere }: Omit<Place, 'usualEnvFile'>): Before {
  const folder = dirname(resolve(path));
  refuseControl(resolve(path));
  if (!isFolder(folder)) {
    const isMakeable = isFoundEverywhere && !existsSync(folder) && isWritable(nearestThere(folder));
    if (!isMakeable) throw new Failure('Usage', `There is no folder ${folder}. Make it first.`);
    const standing = { envFile: undefined, unit: undefined, caddyfile: undefined };
    return {
      envFile: resolve(path),
      entries: [],
      form: readForm(''),
      isSetUp: false,
      standing,
      paths: pathsIn(folder),
    };
  }
  const envFile = followLink(join(realpathSync(folder), basename(path)));
  if (!isWritable(dirname(envFile))) {
    throw new Failure('Usage', `${dirname(envFile)} cannot be written to. Run init in a folder of yours.`);
  }
  const { unit, caddyfile } = pathsIn(dirname(envFile));
  const paths = { unit: followLink(unit), caddyfile: followLink(caddyfile) };
  const standing = {
    envFile: readStanding(envFile),
    unit: readStanding(paths.unit),
    caddyfile: readStanding(paths.caddyfile),
  };
  refuseBroken(envFile, standing.envFile);
  const form = readForm(standing.envFile?.text ?? '');
  const entries = parseEnvFile(standing.envFile?.text ?? '');
  const isSetUp = Boolean(envValues(entries)[coreSettings.secretKey.env]);
  return { envFile, entries, form, isSetUp, standing, paths };
}

/** A sentence for who makes a second server and may not mean to. */
export function describeOther(
  { usualEnvFile, isFoundEverywhere }: Place,
  before: Before,
): string | undefined {
  if (isFoundEverywhere || before.isSetUp || !existsSync(usualEnvFile)) return undefined;
  return `This makes another server beside that of ${usualEnvFile}. To change that one, add --env-file ${usualEnvFile}.`;
}

function pathsIn(folder: string): Before['paths'] {
  return { unit: join(folder, unitName), caddyfile: join(folder, 'Caddyfile') };
}

/** A link is followed, so that the file it points to is changed and the link stays. */
function followLink(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  if (!isLink(path)) return path;
  throw new Failure(
    'Usage',
    `${path} is a link to a file that is not there. Make the file or remove the link.`,
  );
}

function readStanding(path: string): Standing | undefined {
  const candidate = readCandidate(path);
  if (candidate.kind === 'file') return candidate;
  if (candidate.kind === 'missing') return undefined;
  throw new Failure('Usage', `${path} is there, but ${candidate.reason}. Move it away or make it readable.`);
}

/** The lines that are not ours must be kept as they are. */
function refuseBroken(path: string, standing: Standing | undefined): void {
  if (standing?.brokenLine === undefined) return;
  throw new Failure(
    'Usage',
    `Line ${standing.brokenLine} of ${path} is not in UTF-8, so it could not be kept as it is. Save the file as UTF-8 first.`,
  );
}

/** Whoever has it now: once the service is installed that is its user. */
function isOfServer(path: string): boolean {
  const candidate = readCandidate(path);
  return (
    candidate.kind === 'file' && Boolean(envValues(parseEnvFile(candidate.text))[coreSettings.secretKey.env])
  );
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
