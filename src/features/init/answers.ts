import { Failure } from '../../core/failure.ts';
import type { Did } from '../../core/identity/did.ts';
import { findText, readSettings, type Sources } from '../../platform/config.ts';
import { coreSettings } from '../../settings.ts';
import { saysOwnTls, tlsSettings } from '../../tls-settings.ts';
import type { Asking } from './asking.ts';
import { answerDataDirectory, checkDataDirectory, givenDataDirectory } from './data-answer.ts';
import { answerHost } from './host-answer.ts';
import { followMode } from './follow-mode.ts';
import { answerOwner } from './owner-answer.ts';
import { answerListening, bindable, lastingPort } from './port-answer.ts';

/** What a new server must know. */
export interface Answers {
  readonly owner: Did;
  readonly host: string | undefined;
  readonly port: string;
  readonly listen: string;
  readonly tls: string;
  /** By an authority or by files: no proxy is needed before it. */
  readonly hasOwnTls: boolean;
  /** An absolute path. */
  readonly dataDirectory: string;
}

const { owner, host, dataDirectory } = coreSettings;

/**
 * Asks only what no flag or variable answers; what an earlier env file says is offered again. Every answer is checked
 * as it is given.
 */
export async function gatherAnswers(
  asking: Asking,
): Promise<{ readonly answers: Answers; readonly remarks: readonly string[] }> {
  checkGiven(asking);
  const given = givenDataDirectory(asking);
  if (given !== undefined) await checkDataDirectory(given, asking);
  const ownerDid = await answerOwner(asking);
  const name = await answerHost(asking);
  const hasOwnTls = saysOwnTls(asking.sources);
  const following = followMode(asking, name);
  const { remark, ...listening } = await answerListening(asking, name, following);
  const directory = await answerDataDirectory(asking);
  if (!asking.prompts) await checkDataDirectory(directory, asking);
  const tls = findText(tlsSettings.tls, asking.sources).text ?? tlsSettings.tls.default;
  const answers = { tls, hasOwnTls, owner: ownerDid, host: name, ...listening, dataDirectory: directory };
  return { answers, remarks: [...following.remarks, ...(remark === undefined ? [] : [remark])] };
}

/** All that was given and is wrong, at once and before the first question. */
function checkGiven({ sources, isLocal, handle }: Asking): void {
  if (handle === '') throw new Failure('Usage', '--handle is empty.');
  if (isLocal && sources.flags[host.env] !== undefined) {
    throw new Failure(
      'Usage',
      'Give --host or --local, not both: --local means that there is no public name.',
    );
  }
  const problems = [owner, host, lastingPort, bindable, dataDirectory, tlsSettings.tls].flatMap((setting) =>
    problemsOf({ [setting.env]: setting }, sources),
  );
  if (problems.length > 0) throw new Failure('Usage', problems.join('\n'));
}

function problemsOf(settings: Parameters<typeof readSettings>[0], sources: Sources): readonly string[] {
  const isGiven = Object.values(settings).every((setting) => findText(setting, sources).text !== undefined);
  const reading = isGiven ? readSettings(settings, sources) : undefined;
  return reading?.kind === 'problems' ? reading.problems : [];
}
