import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { describeClosedPorts } from '../../core/service/closed-ports.ts';
import { portsOf } from '../../core/service/unit-of-settings.ts';
import { envValues, parseEnvFile } from '../../platform/env-file.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import type { Answers } from './answers.ts';
import { findLeftOver, planBesideFiles, type BesideFiles, type PlannedFile } from './beside-files.ts';
import { mergeEnvText, type EnvText } from './env-text.ts';
import type { Before } from './env-place.ts';
import { refuseSwallowed, refuseUnreadable } from './refuse-lines.ts';
import type { Offers } from './offers.ts';

export interface PlanOptions {
  readonly isForced: boolean;
  /** The words that start groundmist from anywhere. */
  readonly command: readonly string[];
  /** A fresh secret, in hex. */
  makeSecret(): string;
}

/** Everything `init` will write, known before anything is written. */
export interface Plan extends BesideFiles {
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
  readonly service: Offers['service'];
  /** Files that an earlier `init` made and this one has no use for; they stay where they are. */
  readonly leftOver: readonly string[];
  readonly answers: Answers;
}

const { owner, secretKey, host, port, listen, dataDirectory } = coreSettings;
const { tls } = tlsSettings;
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
    ...(answers.tls === tls.default && existing[tls.env] === undefined ? {} : { [tls.env]: answers.tls }),
  };
  const envFile = planEnvFile(before, values);
  const settings = envValues(parseEnvFile(envFile.text));
  const beside = planBesideFiles({ answers, offers, before, options, settings });
  const plan = {
    envFile,
    dataDirectory: answers.dataDirectory,
    oldDataDirectory: isSameDirectory ? undefined : oldDirectory,
    service: offers.service,
    ...beside,
    leftOver: findLeftOver(before, beside),
    answers,
  };
  refuseSamePlace(plan);
  return plan;
}

/** Why this person's server will not start, where ports below some number are for root; undefined where it will. */
export function describeLowPorts(
  { envFile, answers }: Plan,
  { firstOpenPort }: { readonly firstOpenPort: number },
): string | undefined {
  return describeClosedPorts(
    portsOf(envValues(parseEnvFile(envFile.text)), Number(answers.port)),
    firstOpenPort,
  );
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
