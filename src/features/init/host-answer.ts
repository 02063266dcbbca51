import { isLoopbackHost, urlOfHost } from '../../core/identity/public-url.ts';
import { whyNotHost } from '../../core/lexicon/host.ts';
import { isAddress, isLoopbackAddress } from '../../platform/address.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { findText } from '../../platform/config.ts';
import type { Prompts } from '../../platform/prompts.ts';
import { coreSettings } from '../../settings.ts';
import type { Asking } from './asking.ts';
import { withoutMarks } from './pasted.ts';
import type { Surroundings } from './surroundings.ts';

const lookupMs = 4000;

/** The public name, or undefined where only this machine will use the server. */
export async function answerHost(asking: Asking): Promise<string | undefined> {
  const { sources, prompts, isLocal } = asking;
  if (isLocal) return undefined;
  const { text, origin } = findText(coreSettings.host, sources);
  const isAsked = prompts !== undefined && (text === undefined || origin.kind === 'file');
  const host = isAsked ? await askHost(prompts, text) : text;
  if (prompts && host !== undefined && isPublicName(host)) {
    const remark = await prompts.whileWorking(
      `Looking up ${host}`,
      remarkOnName(host, asking.surroundings, asking.signal),
    );
    prompts.tell(remark);
  }
  return host;
}

/** A name that a certificate can be had for: neither an address nor this machine alone. */
export function isPublicName(host: string): boolean {
  const { hostname } = urlOfHost(host);
  return !isLoopbackHost(hostname) && !isAddress(hostname) && hostname.includes('.');
}

/** What people paste around a name is taken off. */
export function correctHost(text: string): string {
  return withoutMarks(text)
    .replace(/^(?:https?|wss?):\/\//i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

async function askHost(prompts: Prompts, current: string | undefined): Promise<string | undefined> {
  const typed = await prompts.text({
    message: 'The public name of your server',
    why: 'Apps on all your devices find it there. Leave it empty for apps on this machine only.',
    placeholder: 'sync.example.com',
    ...(current === undefined ? {} : { initial: current }),
    whyNot: (text) => {
      const why = text === '' ? undefined : whyNotHost(correctHost(text));
      return why === undefined ? undefined : `This is no public name: ${why}.`;
    },
  });
  const host = correctHost(typed);
  if (host !== typed.toLowerCase()) prompts.tell(`Taken as ${host}.`);
  return host === '' ? undefined : host;
}

/** Where the name leads now. Never a reason to refuse it: the entry in DNS may come later. */
async function remarkOnName(host: string, surroundings: Surroundings, signal: AbortSignal): Promise<string> {
  const { hostname } = urlOfHost(host);
  const waiting = AbortSignal.any([AbortSignal.timeout(lookupMs), signal]);
  // A name that nobody knows and one that nobody tells of in time come to the same here.
  const addresses = await unlessAborted(waiting, surroundings.resolve(hostname)).catch(() => []);
  signal.throwIfAborted();
  if (addresses.length === 0) {
    return `${hostname} leads nowhere yet. Before your apps can find the server, give it an A or AAAA record at whoever keeps your DNS.`;
  }
  const own = new Set(surroundings.ownAddresses());
  const found = addresses.map(({ address }) => address);
  if (found.some((address) => own.has(address) || isLoopbackAddress(address)))
    return `${hostname} leads to this machine.`;
  return `${hostname} leads to ${found.slice(0, 3).join(', ')}, which is no address of this machine itself: right where that is your router, or a proxy in front.`;
}
