import { findServer } from '../../../core/discovery/is-this-server.ts';
import { Failure } from '../../../core/failure.ts';
import type { CommandContext } from '../../../feature.ts';
import type { Fetch } from '../../../platform/outbound.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import type { Arrival } from '../arrival.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { tellByAddress } from './by-address.ts';
import { explainLost } from './lost-probe.ts';
import type { Looked, Stopped } from './looked.ts';
import { isAnswerTo, probeUrl, probingOf, sendProbe, type Probing } from './probing.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';
import { judgeHost, judgeScheme } from './proxy-way.ts';
import type { Survey } from './survey.ts';

const { ok, problem, unchecked, warning } = findingsOf('proxy');
const slowMs = 2000;

/** Nobody's address (RFC 5737), which a probe claims to come from. */
export const claimedAddress = '203.0.113.77';

/** One way to the public name. */
interface Asking {
  readonly publicUrl: URL;
  readonly probing: Probing;
  /** The one by which the probes go. */
  readonly address: Address;
  /** That is this machine's own, in place of the public one. */
  readonly isInside: boolean;
  readonly fetch: Fetch;
}

/** What the running server saw of requests by that way. */
export interface Probed extends Asking {
  readonly proxy: ProxyFacts;
  readonly plain: Arrival;
  /** Of the request that claimed to come from `claimedAddress`; undefined where that did not arrive. */
  readonly claiming: Arrival | undefined;
}

/** Sends requests through the public name, by each of its addresses, and compares with what arrives at the running server. */
export async function lookAtProxy(
  survey: Survey,
  publicUrl: URL,
  context: CommandContext,
): Promise<Looked<readonly Probed[]>> {
  const certificates = await survey.certificates(publicUrl);
  if ('why' in certificates) {
    return { findings: [unchecked(certificates.why)], why: certificates.why };
  }
  const { addresses, isInside } = certificates.value;
  const probing = probingOf(context);
  try {
    const looked = await Promise.all(
      addresses.map(async (address) => {
        const fetch = survey.fetchBy(publicUrl, address);
        const asking = { publicUrl, address, isInside, probing, fetch };
        return { address, isInside, ...(await probe(survey, asking)) };
      }),
    );
    const findings = tellByAddress(looked);
    const value = looked.flatMap((one) => ('value' in one ? [one.value] : []));
    const [why] = looked.flatMap((one) => ('why' in one ? [one.why] : []));
    return value.length === 0 && why !== undefined ? { findings, why } : { findings, value };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The check of the server says what to do about it.
    const why = `The server must say what arrives. ${error.message}`;
    return { findings: [unchecked(why)], why };
  }
}

function lost(finding: Finding, { host }: URL): Stopped {
  return { findings: [finding], why: `What is sent to ${host} does not arrive at this server.` };
}

async function probe(survey: Survey, asking: Asking): Promise<Looked<Probed>> {
  const { publicUrl, probing, address, fetch } = asking;
  const opened = await probing.open();
  const url = probeUrl(publicUrl, opened);
  const { clock } = survey.surroundings;
  const sentAt = clock.elapsed();
  const answered = await sendProbe(url, fetch);
  const tookMs = clock.elapsed() - sentAt;
  const plain = await probing.read(opened.code);
  const { upstream } = survey.place;
  const proxy = { upstream, program: answered.kind === 'answer' ? answered.program : undefined };
  if (plain === undefined) {
    const { owner, secretKey } = survey.place;
    const found = await findServer({ publicUrl, owner, secretKey, fetch });
    const own = survey.surroundings.ownAddresses();
    const others = describeOthers(survey);
    return lost(explainLost({ answered, found, publicUrl, address, own, proxy, others }), publicUrl);
  }
  if (!isAnswerTo(opened, answered)) return lost(describeChanged(publicUrl), publicUrl);
  // The code is used up: only a cache can still have an answer to it.
  const again = await sendProbe(url, fetch);
  const isCached = isAnswerTo(opened, again);
  const refused = judgeScheme(plain, publicUrl, proxy);
  if (refused !== undefined) {
    return { findings: [refused], why: `What comes through ${publicUrl.host} is refused.` };
  }
  const claim = await probing.open();
  await sendProbe(probeUrl(publicUrl, claim), fetch, { 'x-forwarded-for': claimedAddress });
  const claiming = await probing.read(claim.code);
  const remarks = [
    isCached ? describeCached(publicUrl, proxy) : undefined,
    judgeHost(plain, publicUrl, proxy),
    tookMs < slowMs ? undefined : describeSlow(publicUrl, tookMs),
  ];
  const findings = remarks.filter((finding) => finding !== undefined);
  return {
    findings: findings.length === 0 ? [describeWell(publicUrl)] : findings,
    value: { ...asking, proxy, plain, claiming },
  };
}

/** The servers on this machine that are not the one of this data directory. */
function describeOthers({ surroundings, place }: Survey): readonly string[] {
  return surroundings
    .findPrograms()
    .filter(({ pid, words }) => words.includes('serve') && pid !== place.serverProcess)
    .map(({ pid, words }) => `process ${pid}, \`${words.map(shellWord).join(' ')}\``);
}

function describeWell({ origin }: URL): Finding {
  return ok(`What is sent to ${origin} arrives at this server as it was sent, and so does the answer.`);
}

function describeChanged({ host }: URL): Finding {
  return problem(
    `A request to ${host} arrives at this server, but another answer comes back than it gave: something on the way changes it.`,
    'Take out of the proxy what rewrites answers: error pages of its own, caches, filters (sub_filter and proxy_intercept_errors in nginx).',
  );
}

function describeSlow({ host }: URL, tookMs: number): Finding {
  return warning(
    `A small answer through ${host} takes ${(tookMs / 1000).toFixed(1)} s, which apps wait for whenever they connect.`,
    'See what holds it up: the load of this machine, the proxy, or what the proxy asks for each request.',
  );
}

function describeCached({ host }: URL, proxy: ProxyFacts): Finding {
  return problem(
    `What answers at ${host} gives old answers again although they are marked no-store: a cache stands before this server.`,
    `Switch caching off for ${host}.\n${linesFor('keep nothing', proxy)}`,
  );
}
