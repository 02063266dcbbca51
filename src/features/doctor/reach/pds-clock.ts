import { describeCause } from '../../../core/identity/resolve-did.ts';
import { formatDuration } from '../../../platform/duration.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { asRoot } from '../units.ts';
import type { Account } from './identity.ts';
import type { Survey } from './survey.ts';

const { ok, problem, unchecked, warning } = findingsOf('clock');
/** A service token lives 60 s, and a proof is taken within 120 s of our clock. */
const problemSeconds = 60;
const warningSeconds = 10;

/** When a question left, when its answer was there, and what the other side wrote into it. */
export interface Timed {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** The `Date` header (RFC 9110 §6.6.1), and how old a cache says that it is (RFC 9111 §5.1). */
  readonly date: string | null;
  readonly age: string | null;
}

/** What somebody else's clock says. */
export interface SecondOpinion {
  readonly host: string;
  readonly timed: Timed;
}

/** This machine's clock against that of the PDS, which signs the tokens that apps bring; where they differ the PLC directory is the third. */
export async function lookAtClock(survey: Survey, { pds }: Account): Promise<Finding> {
  const url = new URL('/xrpc/com.atproto.server.describeServer', pds);
  try {
    const timed = await askTime(survey, url);
    const seconds = secondsAhead(timed) ?? 0;
    const isFar = Math.abs(seconds) >= warningSeconds;
    return judgeClock(timed, pds.host, isFar ? await askDirectory(survey) : undefined);
  } catch (error) {
    return unchecked(`The PDS could not be asked what time it has: ${describeCause(error, url)}.`);
  }
}

async function askTime({ surroundings: { clock }, fetch }: Survey, url: URL): Promise<Timed> {
  const sentAtMs = clock.now();
  const { headers } = await fetch(url);
  return { sentAtMs, answeredAtMs: clock.now(), date: headers.get('date'), age: headers.get('age') };
}

async function askDirectory(survey: Survey): Promise<SecondOpinion | undefined> {
  const url = new URL(survey.place.plcUrl);
  try {
    return { host: url.host, timed: await askTime(survey, url) };
  } catch {
    return undefined;
  }
}

/** Counts only the difference that neither the way nor the whole seconds of a Date header explain; undefined without one. */
function secondsAhead({ sentAtMs, answeredAtMs, date, age }: Timed): number | undefined {
  const writtenAtMs = Date.parse(date ?? '') + 1000 * Number(/^\d{1,6}$/.exec(age ?? '')?.[0] ?? 0);
  if (Number.isNaN(writtenAtMs)) return undefined;
  const aheadSeconds = (sentAtMs - (writtenAtMs + 1000)) / 1000;
  const behindSeconds = (writtenAtMs - answeredAtMs) / 1000;
  return aheadSeconds > 0 ? aheadSeconds : -Math.max(behindSeconds, 0);
}

const cure = asRoot('timedatectl set-ntp true');
const soWhat = 'The proofs and tokens of apps are good for a minute or two, so they cannot sign in.';

/** Whose clock is wrong, as far as two or three of them tell. */
export function judgeClock(timed: Timed, pdsHost: string, second: SecondOpinion | undefined): Finding {
  const ahead = secondsAhead(timed);
  if (ahead === undefined) return unchecked(`${pdsHost} does not say what time it has (no Date header).`);
  const seconds = Math.abs(ahead);
  if (seconds < warningSeconds) return ok(`The clock agrees with that of ${pdsHost}.`);
  const third = second === undefined ? undefined : secondsAhead(second.timed);
  if (second !== undefined && third !== undefined && Math.abs(third) < warningSeconds) {
    const cause = `The clock of your PDS ${pdsHost} is ${formatDuration(seconds)} ${ahead > 0 ? 'behind' : 'ahead of'} that of this machine, with which ${second.host} agrees. Apps may be refused for that.`;
    return warning(cause, 'Tell whoever runs your PDS; the clock of this machine is right.');
  }
  const difference = `The clock of this machine is ${formatDuration(seconds)} ${ahead > 0 ? 'ahead of' : 'behind'} that of your PDS ${pdsHost}`;
  const doubt = third === undefined ? ': one of the two is wrong' : '';
  return seconds < problemSeconds
    ? warning(`${difference}${doubt}. From a minute on apps cannot sign in.`, cure)
    : problem(`${difference}${doubt}. ${soWhat}`, cure);
}
