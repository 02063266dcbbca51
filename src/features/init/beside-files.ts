import { authorshipOf, type Authorship } from '../../core/service/own-file.ts';
import { unitAuthorship, unitText } from '../../core/service/unit.ts';
import { unitOfSettings } from '../../core/service/unit-of-settings.ts';
import type { Answers } from './answers.ts';
import { caddyfileMark, caddyfileText } from './caddyfile.ts';
import type { Before, Standing } from './env-place.ts';
import type { Offers } from './offers.ts';
import type { PlanOptions } from './plan.ts';

/** A file of ours beside the settings. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /** `kept`: the owner changed what stands there, so it stays. */
  readonly fate: 'write' | 'same' | 'kept';
  /** What stood there when the plan was made. */
  readonly replaced: string | undefined;
}

/** What lies beside the settings, where it is wanted. */
export interface BesideFiles {
  readonly unit: PlannedFile | undefined;
  readonly caddyfile: PlannedFile | undefined;
}

export interface Planning {
  readonly answers: Answers;
  readonly offers: Offers;
  readonly before: Before;
  readonly options: PlanOptions;
  /** What the env file will say. */
  readonly settings: Readonly<Record<string, string>>;
}

export function planBesideFiles(planning: Planning): BesideFiles {
  return { unit: planUnit(planning), caddyfile: planCaddyfile(planning) };
}

/** What `service install` will have systemd read, for who wants to see it or install it by hand. */
function planUnit({ answers, offers, before, options, settings }: Planning): PlannedFile | undefined {
  const { service: scope } = offers;
  if (scope === 'none') return undefined;
  const { envFile } = before;
  const { command } = options;
  const { dataDirectory } = answers;
  const port = Number(answers.port);
  const unit = unitOfSettings({ envFile, values: settings, port, dataDirectory, command, scope });
  return planFile('unit', unitText(unit), before, options);
}

function planCaddyfile({ answers, offers, before, options }: Planning): PlannedFile | undefined {
  const { host } = answers;
  if (!offers.isCaddyfileWanted || host === undefined) return undefined;
  return planFile('caddyfile', caddyfileText({ ...answers, host }), before, options);
}

function planFile(
  name: keyof BesideFiles,
  text: string,
  { standing, paths }: Before,
  { isForced }: PlanOptions,
): PlannedFile {
  const replaced = standing[name]?.text;
  const isOurs = authorships[name](standing[name]) === 'ours';
  const isWritten = replaced === undefined || isForced || isOurs;
  const fate = replaced === text ? 'same' : isWritten ? 'write' : 'kept';
  return { path: paths[name], text, fate, replaced };
}

const authorships: Readonly<Record<keyof BesideFiles, (there: Standing | undefined) => Authorship>> = {
  unit: (there) => unitAuthorship(there?.text ?? ''),
  caddyfile: (there) => authorshipOf(there?.text ?? '', caddyfileMark),
};

/** What an earlier run made and this plan has no use for. */
export function findLeftOver({ standing, paths }: Before, planned: BesideFiles): readonly string[] {
  const names = ['unit', 'caddyfile'] as const;
  return names
    .filter((name) => planned[name] === undefined && authorships[name](standing[name]) !== 'foreign')
    .map((name) => paths[name]);
}
