import { dirname, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { envValues, type EnvEntry } from '../../platform/env-file.ts';
import { coreSettings } from '../../settings.ts';
import type { Answers } from './answers.ts';
import { mergeEnvText, type EnvText } from './env-text.ts';
import { unitMark, unitText, type Unit } from './unit.ts';

/** What is there before. */
export interface Before {
  readonly envFile: string;
  readonly entries: readonly EnvEntry[];
  /** The text of `groundmist.service` beside it, where there is one. */
  readonly unit: string | undefined;
}

export interface PlanOptions {
  readonly isForced: boolean;
  readonly command: readonly string[];
  readonly scope: Unit['scope'];
  /** A fresh secret, in hex. */
  makeSecret(): string;
}

/** Everything `init` will write, known before anything is written. */
export interface Plan {
  readonly envFile: { readonly path: string } & EnvText;
  readonly dataDirectory: string;
  readonly unit: { readonly path: string; readonly text: string };
  readonly scope: Unit['scope'];
  readonly answers: Answers;
}

const { owner, secretKey, host, port, dataDirectory } = coreSettings;

/** What to write for these answers, or a failure where that would take something away that was not ours to take. */
export function makePlan(answers: Answers, before: Before, options: PlanOptions): Plan {
  const folder = dirname(before.envFile);
  const existing = envValues(before.entries);
  const hadOwner = existing[owner.env];
  if (hadOwner && hadOwner !== answers.owner && !options.isForced) {
    throw new Failure(
      'Usage',
      `${before.envFile} is for ${hadOwner} already. Use another folder, or --force to give the server to ${answers.owner}.`,
    );
  }
  refuseUnreadable(before);
  const unitPath = join(folder, 'groundmist.service');
  if (before.unit !== undefined && !before.unit.startsWith(unitMark) && !options.isForced) {
    throw new Failure('Usage', `${unitPath} was not made by init. Move it away, or replace it with --force.`);
  }
  const directory = resolve(folder, answers.dataDirectory);
  const hadDirectory = existing[dataDirectory.env] ?? directory;
  const values = {
    [owner.env]: answers.owner,
    [secretKey.env]: chooseSecret(existing[secretKey.env], before, options),
    [port.env]: answers.port,
    // A relative path that means the same folder stays as it was written.
    [dataDirectory.env]: resolve(folder, hadDirectory) === directory ? hadDirectory : directory,
    ...(answers.host === undefined ? {} : { [host.env]: answers.host }),
  };
  const unit = {
    command: options.command,
    envFile: before.envFile,
    folder,
    dataDirectory: directory,
    port: Number(answers.port),
    scope: options.scope,
  };
  return {
    envFile: { path: before.envFile, ...mergeEnvText(before.entries, values) },
    dataDirectory: directory,
    unit: { path: unitPath, text: unitText(unit) },
    scope: options.scope,
    answers,
  };
}

/** A line of ours that cannot be read may be the secret with a quote too many: another one below it would win. */
function refuseUnreadable({ entries, envFile }: Before): void {
  const names = Object.values(coreSettings).map((setting) => setting.env);
  for (const entry of entries) {
    if (entry.kind !== 'unreadable' || !names.some((name) => entry.text.includes(name))) continue;
    throw new Failure('Usage', `Line ${entry.line} of ${envFile} is not NAME=value. Correct or remove it.`);
  }
}

/** The secret that is there stays, for all sessions rest on it; one too weak is no reason to drop it unasked. */
function chooseSecret(existing: string | undefined, before: Before, options: PlanOptions): string {
  if (!existing || options.isForced) return options.makeSecret();
  if (secretKey.schema.safeParse(existing).success) return existing;
  throw new Failure(
    'Usage',
    `${secretKey.env} in ${before.envFile} is not at least 32 bytes in hex. Correct it, or let --force make a new one.`,
  );
}
