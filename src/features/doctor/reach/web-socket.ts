import { quoteRemote } from '../../../core/discovery/remote-words.ts';
import { tryWebSocket, type Trial, type TrialSocket } from '../../../platform/websocket-trial.ts';
import { probeCloseCode, type Arrival } from '../arrival.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';
import { probeUrl } from './probing.ts';
import type { Probed } from './proxy.ts';
import { explainRefusal } from './refusal.ts';
import type { Survey } from './survey.ts';

const findings = findingsOf('websocket');
const { ok, problem, warning } = findings;
const smallBytes = 5;
/** More than the 64 KiB that some proxies stop at, in a frame whose length has eight bytes. */
const largeBytes = 100 * 1024;
const unauthorised = 401;
const so = 'apps cannot sync';

/** A WebSocket to the running server and back, through the public name, with frames both ways and a proper end. */
export async function lookAtWebSocket(survey: Survey, probed: Probed, publicUrl: URL): Promise<Finding> {
  const opened = await probed.probing.open();
  const trial = await attempt(survey, probed, probeUrl(publicUrl, opened));
  if (trial.kind !== 'open') {
    const arrival = await probed.probing.read(opened.code);
    return explainClosed(trial, arrival, { publicUrl, proxy: probed.proxy });
  }
  using socket = trial.socket;
  const trouble = await talk(socket);
  await probed.probing.read(opened.code);
  if (trouble !== undefined) return trouble;
  return await tryWithoutToken(survey, probed, publicUrl);
}

function attempt({ surroundings }: Survey, { address }: Probed, url: URL): Promise<Trial> {
  const { timeoutMs, certificateAuthority } = surroundings;
  return tryWebSocket({ url, address, timeoutMs, certificateAuthority });
}

function explainClosed(
  trial: Exclude<Trial, { kind: 'open' }>,
  arrival: Arrival | undefined,
  { publicUrl: { host }, proxy }: { readonly publicUrl: URL; readonly proxy: ProxyFacts },
): Finding {
  if (arrival?.way === 'http') {
    const cause = `The proxy passes the opening of a WebSocket on as a usual request: the Upgrade header does not arrive, so apps cannot sync.`;
    return problem(cause, linesFor('pass WebSockets', proxy));
  }
  const what = `The opening of a WebSocket at ${host}`;
  if (trial.kind === 'answer' && arrival === undefined) {
    const refused = explainRefusal({ what, status: trial.status, so }, findings);
    if (refused !== undefined) return refused;
  }
  const outcome =
    trial.kind === 'answer'
      ? `is answered with status ${trial.status}`
      : `comes to nothing: ${quoteRemote(trial.why)}`;
  const where = arrival === undefined ? 'and never reaches this server' : 'although this server accepted it';
  return problem(`${what} ${outcome}, ${where}, so ${so}.`, linesFor('pass WebSockets', proxy));
}

/** Says something small, something large and goodbye; what does not come back as it should, or undefined. */
async function talk(socket: TrialSocket): Promise<Finding | undefined> {
  for (const sizeBytes of [smallBytes, largeBytes]) {
    const sent = Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31) % 251);
    socket.send(sent);
    const event = await socket.next();
    const isSame = event?.kind === 'message' && Buffer.compare(event.bytes, sent) === 0;
    if (!isSame) return describeBroken(sizeBytes, event !== undefined && event.kind === 'message');
  }
  socket.send(new Uint8Array());
  const end = await socket.next();
  if (end?.kind === 'close' && end.code === probeCloseCode) return undefined;
  const cause =
    'The end of a WebSocket comes through without its code, so apps do not learn why they were disconnected.';
  return warning(
    cause,
    'See whether the proxy, or what stands before it, changes WebSocket frames; try without it.',
  );
}

function describeBroken(sizeBytes: number, isChanged: boolean): Finding {
  const size = sizeBytes === smallBytes ? `${sizeBytes} bytes` : `${sizeBytes / 1024} KiB`;
  const cause = `A WebSocket opens, but a frame of ${size} ${isChanged ? 'comes back changed' : 'does not come back'}, so documents do not get through.`;
  return problem(
    cause,
    'See whether the proxy, or what stands before it, limits, filters or buffers WebSockets; in nginx: proxy_buffering off',
  );
}

/** Where apps open their sockets: without a token this server, and nobody else, answers 401. */
async function tryWithoutToken(survey: Survey, probed: Probed, publicUrl: URL): Promise<Finding> {
  const trial = await attempt(survey, probed, new URL('/', publicUrl));
  if (trial.kind === 'open') trial.socket[Symbol.dispose]();
  if (trial.kind === 'answer' && trial.status === unauthorised) {
    return ok(
      `A WebSocket opens through ${publicUrl.host}, carries frames both ways and ends as it should. This was tried from this machine, which cannot see itself from outside: whether your router and firewall let others in, ${publicUrl.origin}/health shows on a phone without Wi-Fi.`,
    );
  }
  const what = `A WebSocket at ${publicUrl.host}/, where apps open theirs,`;
  const refused =
    trial.kind === 'answer' ? explainRefusal({ what, status: trial.status, so }, findings) : undefined;
  if (refused !== undefined) return refused;
  const outcome =
    trial.kind === 'answer' ? `status ${trial.status}` : trial.kind === 'open' ? 'an open socket' : 'nothing';
  const cause = `${what} is answered with ${outcome} in place of this server's 401: the proxy treats that path otherwise.`;
  return problem(cause, `Treat / like every other path.\n${linesFor('pass WebSockets', probed.proxy)}`);
}
