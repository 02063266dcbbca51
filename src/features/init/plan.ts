import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { envValues } from '../../platform/env-file.ts';
import { coreSettings } from '../../settings.ts';
import type { Answers } from './answers.ts';
import { caddyfileMark, caddyfileText } from './caddyfile.ts';
import { mergeEnvText, type EnvText } from './env-text.ts';
import type { Before, Standing } from './env-place.ts';
import { refuseSwallowed, refuseUnreadable } from './refuse-lines.ts';
import type { Offers } from './offers.ts';
import { authorshipOf } from './own-file.ts';
import { scopeOf, unitMark, unitText, type Unit } from './unit.ts';

export interface PlanOptions {
  readonly isForced: boolean;
  readonly command: readonly string[];
  /** A fresh secret, in hex. */
  makeSecret(): string;
}

/** A file of ours beside the settings. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /** `kept`: the owner changed what stands there, so it stays. */
  readonly fate: 'write' | 'same' | 'kept';
  /** What stood there when the plan was made. */
  readonly replaced: string | undefined;
}

export interface PlannedUnit extends PlannedFile {
  readonly scope: Unit['scope'];
}

/** Everything `init` will write, known before anything is written. */
export interface Plan {
  readonly envFile: {
    readonly path: string;
    readonly fate: 'write' | 'same';
    readonly replaced: string | undefined;
    /** Others could read it, and can no more. */
    readonly isClosed: boolean;
  } & EnvText;
  readonly dataDirectory: string;
  /** Where documents were before, where that is another place. */
  readonly oldDataDirectory: string | undefined;
  readonly unit: PlannedUnit | undefined;
  readonly caddyfile: PlannedFile | undefined;
  /** Files that an earlier `init` made and this one has no use for; they stay where they are. */
  readonly leftOver: readonly string[];
  readonly answers: Answers;
}

const { owner, secretKey, host, port, listen, dataDirectory } = coreSettings;
/** A setting of backups, which the sandbox of the unit has to know of. */
const backupDirectory = 'GROUNDMIST_BACKUP_DIRECTORY';
const secretFile = 0o600;
const readableFile = 0o644;
const readableByOthers = 0o044;
export const privateFolder = 0o700;

/** What to write for these answers, or a failure where that would take something away that was not ours to take. */
export function makePlan(answers: Answers, offers: Offers, before: Before, options: PlanOptions): Plan {
  const folder = dirname(before.envFile);
  const existing = envValues(before.entries);
  refuseOtherOwner(existing[owner.env], answers, before, options);
  refuseUnreadable(before);
  refuseSwallowed(before);
  const oldDirectory = resolve(folder, existing[dataDirectory.env] || answers.dataDirectory);
  const isSameDirectory = oldDirectory === answers.dataDirectory;
  const values = {
    [owner.env]: answers.owner,
    [secretKey.env]: chooseSecret(existing[secretKey.env], before, options),
    [port.env]: answers.port,
    // A relative path that means the same folder stays as it was written.
    [dataDirectory.env]: (isSameDirectory && existing[dataDirectory.env]) || answers.dataDirectory,
    [host.env]: answers.host,
    ...(answers.listen === listen.default && existing[listen.env] === undefined
      ? {}
      : { [listen.env]: answers.listen }),
  };
  const unit = planUnit({ answers, offers, before, options, backupDirectory: existing[backupDirectory] });
  const caddyfile = planCaddyfile(answers, offers, before, options);
  const plan = {
    envFile: planEnvFile(before, values),
    dataDirectory: answers.dataDirectory,
    oldDataDirectory: isSameDirectory ? undefined : oldDirectory,
    unit,
    caddyfile,
    leftOver: findLeftOver(before, { unit, caddyfile }),
    answers,
  };
  refuseSamePlace(plan);
  return plan;
}

function planEnvFile(before: Before, values: Parameters<typeof mergeEnvText>[1]): Plan['envFile'] {
  const merged = mergeEnvText(before.entries, values, before.form);
  const standing = before.standing.envFile;
  const isSame = standing?.text === merged.text && standing.mode === secretFile;
  return {
    path: before.envFile,
    fate: isSame ? 'same' : 'write',
    replaced: standing?.text,
    isClosed: standing !== undefined && (standing.mode & readableByOthers) !== 0,
    ...merged,
  };
}

function findLeftOver(
  { standing, paths }: Before,
  { unit, caddyfile }: Pick<Plan, 'unit' | 'caddyfile'>,
): readonly string[] {
  return [
    ...(unit === undefined && isMadeByInit(standing.unit, unitMark) ? [paths.unit] : []),
    ...(caddyfile === undefined && isMadeByInit(standing.caddyfile, caddyfileMark) ? [paths.caddyfile] : []),
  ];
}

function refuseSamePlace(plan: Plan): void {
  const paths = [...filesOf(plan).map(({ path }) => path), plan.dataDirectory];
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice === undefined) return;
  throw new Failure(
    'Usage',
    `${twice} would be two of the things that init writes. Give one of them another name.`,
  );
}

/** The files of a plan in the order in which they are written: the settings last, for they make a server of it. */
export function filesOf({
  unit,
  caddyfile,
  envFile,
}: Plan): readonly (PlannedFile & { readonly mode: number })[] {
  const beside = [unit, caddyfile].filter((file) => file !== undefined);
  return [...beside.map((file) => ({ ...file, mode: readableFile })), { ...envFile, mode: secretFile }];
}

/** Whether all of it is there already. */
export function isDone(plan: Plan): boolean {
  const folder = statSync(plan.dataDirectory, { throwIfNoEntry: false });
  const isPrivate = folder?.isDirectory() === true && (folder.mode & 0o777) === privateFolder;
  return isPrivate && filesOf(plan).every(({ fate }) => fate !== 'write');
}

interface UnitPlanning {
  readonly answers: Answers;
  readonly offers: Offers;
  readonly before: Before;
  readonly options: PlanOptions;
  readonly backupDirectory: string | undefined;
}

function planUnit({ answers, offers, before, options, ...more }: UnitPlanning): PlannedUnit | undefined {
  if (offers.unit === 'none') return undefined;
  const folder = dirname(before.envFile);
  const text = unitText({
    command: options.command,
    envFile: before.envFile,
    folder,
    dataDirectory: answers.dataDirectory,
    backupDirectory: more.backupDirectory ? resolve(folder, more.backupDirectory) : undefined,
    port: Number(answers.port),
    scope: offers.unit,
  });
  const standing = before.standing.unit;
  const fate = fateOf(text, standing, unitMark, options);
  const scope = fate === 'kept' && standing ? scopeOf(standing.text) : offers.unit;
  const replaced = standing?.text;
  return { path: before.paths.unit, text, fate, replaced, scope };
}

function planCaddyfile(
  answers: Answers,
  offers: Offers,
  before: Before,
  options: PlanOptions,
): PlannedFile | undefined {
  if (!offers.isCaddyfileWanted || answers.host === undefined) return undefined;
  const text = caddyfileText({ ...answers, host: answers.host });
  return {
    path: before.paths.caddyfile,
    text,
    fate: fateOf(text, before.standing.caddyfile, caddyfileMark, options),
    replaced: before.standing.caddyfile?.text,
  };
}

function fateOf(
  text: string,
  standing: Standing | undefined,
  mark: string,
  { isForced }: PlanOptions,
): PlannedFile['fate'] {
  if (standing === undefined) return 'write';
  if (standing.text === text) return 'same';
  return isForced || authorshipOf(standing.text, mark) === 'ours' ? 'write' : 'kept';
}

function isMadeByInit(standing: Standing | undefined, mark: string): boolean {
  return standing !== undefined && authorshipOf(standing.text, mark) !== 'foreign';
}

function refuseOtherOwner(
  hadOwner: string | undefined,
  answers: Answers,
  before: Before,
  { isForced }: PlanOptions,
): void {
  if (!hadOwner || hadOwner === answers.owner || isForced) return;
  throw new Failure(
    'Usage',
    `${before.envFile} is for ${hadOwner} already. Use another folder, or --force to give the server to ${answers.owner}.`,
  );
}

/** The secret that is there stays, for the server's public key follows from it; one too weak is no reason to drop it unasked. */
function chooseSecret(existing: string | undefined, before: Before, options: PlanOptions): string {
  if (!existing || options.isForced) return options.makeSecret();
  if (secretKey.schema.safeParse(existing).success) return existing;
  throw new Failure(
    'Usage',
    `${secretKey.env} in ${before.envFile} is not at least 32 bytes in hex. Correct it, or let --force make a new one.`,
  );
}
