import { existsSync } from 'node:fs';
import { escapeLines, escapeUnprintable } from '../../platform/escape.ts';
import { coreSettings } from '../../settings.ts';
import type { Offers } from './offers.ts';
import type { PlannedFile } from './beside-files.ts';
import { filesOf, isDone, type Plan } from './plan.ts';

const { secretKey, host } = coreSettings;

/** What the plan keeps and changes of what was there, one sentence each. */
export function describeChanges(plan: Plan): readonly string[] {
  const { envFile, oldDataDirectory, dataDirectory } = plan;
  const sentences: string[] = [];
  const list = (what: string, names: readonly string[]): void => {
    if (names.length > 0) sentences.push(`${what}: ${names.join(', ')}.`);
  };
  list('Kept as they were', envFile.kept);
  list('Given another value', envFile.changed);
  list('Taken out', envFile.removed);
  list('Left alone, not ours', envFile.foreign);
  if (envFile.isClosed) {
    sentences.push(`${envFile.path} gets the mode 0600: with the secret in it only its owner may read it.`);
  }
  sentences.push(...describeKept(plan));
  if (envFile.changed.includes(secretKey.env)) {
    sentences.push(
      'With the new secret the server has another key: what was published names the old one until `groundmist publish` is run again. Apps stay signed in.',
    );
  }
  if (envFile.removed.includes(host.env)) {
    sentences.push('If it was published, `groundmist publish --remove` takes the record away.');
  }
  if (oldDataDirectory !== undefined) {
    sentences.push(
      `Documents that are in ${oldDataDirectory} stay there. Stop the server and move them to ${dataDirectory} before it starts again.`,
    );
  }
  return sentences;
}

/** A sentence for each file that stays as it is though this run would have it otherwise. */
export function describeKept({ caddyfile, leftOver }: Plan): readonly string[] {
  const kept = caddyfile?.fate === 'kept' ? [caddyfile] : [];
  return [
    ...kept.map(
      ({ path }) =>
        `${path} was changed by hand, or init did not make it, so it stays as it is; --force replaces it.`,
    ),
    ...leftOver.map((path) => `${path} is of an earlier run and stays; remove it where nothing uses it.`),
  ];
}

/** What the plan writes, for when it is written. */
export function describeWritten(plan: Plan): string {
  const { envFile, dataDirectory } = plan;
  if (isDone(plan)) return escapeLines(`Nothing to change: ${envFile.path} says all of this already.`);
  const files = filesOf(plan).filter(({ fate }) => fate === 'write');
  const folder = existsSync(dataDirectory) ? [] : [`${dataDirectory}/`];
  const written = [...files.map(({ path }) => path).toReversed(), ...folder];
  return escapeLines(['Written:', ...written.map((path) => `  ${path}`)].join('\n'));
}

/** What will be written where, for the last question. */
export function describeSummary(plan: Plan, { publish }: Offers): string {
  const { answers, envFile, dataDirectory, service, caddyfile } = plan;
  return [
    `Owner        ${answers.owner}`,
    `Public name  ${answers.host ?? 'none: apps on this machine only'}`,
    `Listens on   ${answers.listen} port ${answers.port}`,
    `Documents    ${dataDirectory}`,
    `Settings     ${envFile.path}${envFile.foreign.length === 0 ? '' : ' (its other lines stay)'}`,
    ...(service === 'none' ? [] : [`Service      ${serviceWords[service]}`]),
    ...(caddyfile === undefined ? [] : [`Caddyfile    ${named(caddyfile)}`]),
    ...(publish === 'no' ? [] : [`Then         ${answers.host} is published in your account, unchecked`]),
  ].join('\n');
}

const serviceWords = {
  user: 'your own, installed by the first step that follows',
  system: 'of the machine, installed by the first step that follows',
} as const;

function named({ path, fate }: PlannedFile): string {
  return fate === 'kept' ? `${path} (stays as it is)` : path;
}

/** The plan as it would be written; neither the secret is shown nor lines that are not ours, for theirs may be secrets too. */
export function describePlan(plan: Plan): string {
  const { envFile, dataDirectory } = plan;
  const own = envFile.own.map((line) =>
    line.startsWith(`${secretKey.env}=`) ? `${secretKey.env}=(hidden)` : escapeLines(line),
  );
  const otherCount = envFile.otherLineCount;
  const others = otherCount === 1 ? '… 1 other line kept' : `… ${otherCount} other lines kept`;
  const texts = filesOf(plan).map((file) => {
    const text = file.path === envFile.path ? [...own, ...(otherCount === 0 ? [] : [others])] : [file.text];
    const heading = `# ${file.path} (0${file.mode.toString(8)}${fateWords[file.fate]})`;
    return [escapeUnprintable(heading), ...(file.fate === 'kept' ? [] : text)].join('\n').trimEnd();
  });
  return [...texts.toReversed(), escapeUnprintable(`# ${dataDirectory}/ (0700)`)].join('\n\n');
}

const fateWords = { write: '', same: ', as it is already', kept: ', changed by hand and kept' } as const;
