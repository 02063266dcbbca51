import { dirname, resolve } from 'node:path';
import type { Answers } from './answers.ts';
import { caddyfileMark, caddyfileText } from './caddyfile.ts';
import type { Before, Standing } from './env-place.ts';
import type { Offers } from './offers.ts';
import { authorshipOf } from './own-file.ts';
import type { PlanOptions } from './plan.ts';
import { scopeOf, unitMark, unitText, type Unit } from './unit.ts';

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

/** What lies beside the settings, where it is wanted. */
export interface BesideFiles {
  readonly unit: PlannedUnit | undefined;
  readonly caddyfile: PlannedFile | undefined;
}

/** A setting of backups, which the sandbox of the unit has to know of. */
const backupDirectory = 'GROUNDMIST_BACKUP_DIRECTORY';

interface UnitPlanning {
  readonly answers: Answers;
  readonly offers: Offers;
  readonly before: Before;
  readonly options: PlanOptions;
  /** What the env file said before. */
  readonly existing: Readonly<Record<string, string>>;
}

export function planUnit({
  answers,
  offers,
  before,
  options,
  existing,
}: UnitPlanning): PlannedUnit | undefined {
  if (offers.unit === 'none') return undefined;
  const folder = dirname(before.envFile);
  const backups = existing[backupDirectory];
  const text = unitText({
    command: options.command,
    envFile: before.envFile,
    folder,
    dataDirectory: answers.dataDirectory,
    backupDirectory: backups ? resolve(folder, backups) : undefined,
    port: Number(answers.port),
    scope: offers.unit,
  });
  const standing = before.standing.unit;
  const fate = fateOf(text, standing, unitMark, options);
  const scope = fate === 'kept' && standing ? scopeOf(standing.text) : offers.unit;
  const replaced = standing?.text;
  return { path: before.paths.unit, text, fate, replaced, scope };
}

export function planCaddyfile(
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

/** What an earlier run made and this plan has no use for. */
export function findLeftOver(
  { standing, paths }: Before,
  { unit, caddyfile }: BesideFiles,
): readonly string[] {
  return [
    ...(unit === undefined && isMadeByInit(standing.unit, unitMark) ? [paths.unit] : []),
    ...(caddyfile === undefined && isMadeByInit(standing.caddyfile, caddyfileMark) ? [paths.caddyfile] : []),
  ];
}
