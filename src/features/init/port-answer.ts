import { Failure } from '../../core/failure.ts';
import { urlOfHost } from '../../core/identity/public-url.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import { isAddressOrName } from '../../platform/address.ts';
import { findText } from '../../platform/config.ts';
import { coreSettings } from '../../settings.ts';
import { saysOwnTls } from '../../tls-settings.ts';
import type { Following } from './follow-mode.ts';
import { isPublicName } from './host-answer.ts';
import { whyNotSetting, type Asking } from './asking.ts';

/** What stands in a settings file is to last. */
export const lastingPort = {
  ...coreSettings.port,
  schema: coreSettings.port.schema.refine(
    (number) => number > 0,
    'port 0 would be another one at each start; choose one that stays',
  ),
};

export const bindable = {
  ...coreSettings.listen,
  schema: coreSettings.listen.schema.refine(
    isAddressOrName,
    'this is no address; give one of this machine, like 127.0.0.1, or 0.0.0.0 for all of them',
  ),
};

export interface Listening {
  readonly port: string;
  /** The address to bind. */
  readonly listen: string;
}

/** The port is no question unless another program holds the one there is by default. */
export async function answerListening(
  asking: Asking,
  host: string | undefined,
  { sources, defaultPort }: Following,
): Promise<Listening & { readonly remark?: string }> {
  const { prompts, surroundings } = asking;
  const listen = findText(coreSettings.listen, sources).text ?? coreSettings.listen.default;
  const { text, origin } = findText(lastingPort, sources);
  const port = origin.kind === 'default' ? defaultPort : (text ?? defaultPort);
  refuseOpen({ host, listen, port: Number(port) });
  const isOfProxy =
    !saysOwnTls(sources) && host !== undefined && isPublicName(host) && urlOfHost(host).port === port;
  if (!isOfProxy) {
    const state = await surroundings.stateOfPort(Number(port), listen);
    if (state === 'foreign') return { port, listen, remark: describeForeign(listen) };
    if (state === 'free' || origin.kind === 'file') return { port, listen };
  }
  const taken = isOfProxy
    ? `Port ${port} of ${host} is for the proxy that brings HTTPS`
    : `Port ${port} is taken by another program on this machine`;
  if (!prompts || origin.kind !== 'default') {
    return {
      port,
      listen,
      remark: isOfProxy
        ? `${taken}, so where that runs on this machine the server needs another one: choose it with --port.`
        : `${taken}. End that one before you start the server, or choose with --port.`,
    };
  }
  const chosen = await prompts.text({
    message: `${taken}. Which one instead?`,
    why: 'Only the proxy in front of the server needs to know it.',
    initial: await findFreePort(Number(port), asking, listen),
    whyNot: (value) => whyNotSetting(lastingPort, value),
  });
  return { port: chosen, listen };
}

/** What `serve` would refuse. */
function refuseOpen(place: Parameters<typeof whyNoPublicName>[0]): void {
  const why = whyNoPublicName(place);
  if (why !== undefined) throw new Failure('Usage', why);
}

function describeForeign(listen: string): string {
  return `${listen} is no address of this machine now, and the server starts only where it is one. Choose another with --listen.`;
}

const portsTried = 20;

async function findFreePort(taken: number, { surroundings }: Asking, listen: string): Promise<string> {
  for (let port = taken + 1; port <= taken + portsTried; port++) {
    if ((await surroundings.stateOfPort(port, listen)) === 'free') return String(port);
  }
  return String(taken + 1);
}
