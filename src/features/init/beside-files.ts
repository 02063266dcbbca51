import { authorshipOf } from '../../core/service/own-file.ts';
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
  readonly caddyfile: PlannedFile | undefined;
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
    fate: fateOf(text, before.standing.caddyfile, options),
    replaced: before.standing.caddyfile?.text,
  };
}

function fateOf(
  text: string,
  standing: Standing | undefined,
  { isForced }: PlanOptions,
): PlannedFile['fate'] {
  if (standing === undefined) return 'write';
  if (standing.text === text) return 'same';
  return isForced || authorshipOf(standing.text, caddyfileMark) === 'ours' ? 'write' : 'kept';
}

/** A Caddyfile that an earlier run made and this plan has no use for. */
export function findLeftOver({ standing, paths }: Before, { caddyfile }: BesideFiles): readonly string[] {
  const { caddyfile: there } = standing;
  const isOurs = there !== undefined && authorshipOf(there.text, caddyfileMark) !== 'foreign';
  return caddyfile === undefined && isOurs ? [paths.caddyfile] : [];
}
