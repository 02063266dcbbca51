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

/** This machine's clock against that of the PDS, which signs the tokens that apps bring. */
export async function lookAtClock(survey: Survey, { pds }: Account): Promise<Finding> {
  const { clock } = survey.surroundings;
  const url = new URL('/xrpc/com.atproto.server.describeServer', pds);
  const sentAtMs = clock.now();
  try {
    const { headers } = await survey.fetch(url);
    const [date, age] = [headers.get('date'), headers.get('age')];
    return judgeClock({ sentAtMs, answeredAtMs: clock.now(), date, age }, pds.host);
  } catch (error) {
    return unchecked(`The PDS could not be asked what time it has: ${describeCause(error, url)}.`);
  }
}

/** Counts only the difference that neither the way nor the whole seconds of a Date header explain. */
export function judgeClock({ sentAtMs, answeredAtMs, date, age }: Timed, pdsHost: string): Finding {
  const writtenAtMs = Date.parse(date ?? '') + 1000 * Number(/^\d{1,6}$/.exec(age ?? '')?.[0] ?? 0);
  if (Number.isNaN(writtenAtMs)) {
    return unchecked(`${pdsHost} does not say what time it has (no Date header).`);
  }
  const aheadSeconds = (sentAtMs - (writtenAtMs + 1000)) / 1000;
  const behindSeconds = (writtenAtMs - answeredAtMs) / 1000;
  const seconds = Math.max(aheadSeconds, behindSeconds, 0);
  if (seconds < warningSeconds) return ok(`The clock agrees with that of ${pdsHost}.`);
  const difference = `The clock of this machine is ${formatDuration(seconds)} ${aheadSeconds > 0 ? 'ahead of' : 'behind'} that of your PDS ${pdsHost}`;
  const cure = asRoot('timedatectl set-ntp true');
  return seconds < problemSeconds
    ? warning(`${difference}; from a minute on apps cannot sign in.`, cure)
    : problem(
        `${difference}. The proofs and tokens of apps are good for a minute or two, so they cannot sign in.`,
        cure,
      );
}
