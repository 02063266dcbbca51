import { Failure } from '../../core/failure.ts';
import type { ServiceScope } from '../../core/service/service-names.ts';
import { scopeOf } from '../../core/service/unit.ts';
import type { CommandContext } from '../../feature.ts';
import type { Prompts } from '../../platform/prompts.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { Before } from './env-place.ts';
import { isPublicName } from './host-answer.ts';

const units = ['user', 'system', 'none'] as const;
const logins = ['no', 'app-password', 'oauth'] as const;

/** What `init` does beside the settings, where it is wanted. */
export interface Offers {
  /** Whose systemd is to run it. */
  readonly service: (typeof units)[number];
  readonly isCaddyfileWanted: boolean;
  /** How to log in for the public record, which is written at once. */
  readonly publish: (typeof logins)[number];
}

export interface Offering {
  readonly options: CommandContext['options'];
  readonly before: Before;
  readonly host: string | undefined;
  /** The service that is installed for these settings. */
  readonly installed: ServiceScope | undefined;
  readonly hasOwnTls: boolean;
  readonly hasSystemd: boolean;
  readonly isRoot: boolean;
  readonly prompts: Prompts | undefined;
}

/** Refuses, before the first question, what these flags cannot mean, or what cannot be done here. */
export function checkOfferFlags(
  options: Offering['options'],
  { isInteractive }: Pick<Terminal, 'isInteractive'>,
): void {
  chosenService(options);
  if (options['publish'] !== 'oauth' || isInteractive || options['dryRun'] === true) return;
  throw new Failure(
    'Usage',
    '--publish oauth needs a terminal: it opens a page in the browser and waits for you. ' +
      'Use --publish app-password with the password in ATPROTO_APP_PASSWORD, or publish later.',
  );
}

export async function chooseOffers(offering: Offering): Promise<Offers> {
  const host = offering.host !== undefined && isPublicName(offering.host) ? offering.host : undefined;
  const publish = chosenOf(offering.options['publish'], logins);
  if (publish !== undefined && publish !== 'no' && offering.host === undefined) {
    throw new Failure('Usage', 'There is no public name to publish. Give it with --host.');
  }
  return {
    service: await chooseService(offering),
    isCaddyfileWanted: await chooseCaddyfile(offering, host),
    publish: publish ?? (await choosePublish(offering.prompts, host)),
  };
}

/** On a second run that is what is installed or written already; on the first one whatever systemd runs here. */
async function chooseService({
  options,
  before,
  installed,
  hasSystemd,
  isRoot,
  prompts,
}: Offering): Promise<Offers['service']> {
  const chosen = chosenService(options);
  if (chosen !== undefined) return chosen;
  const { unit } = before.standing;
  const forNew = hasSystemd && !before.isSetUp ? (isRoot ? 'system' : 'user') : 'none';
  const initial = installed ?? (unit === undefined ? forNew : scopeOf(unit.text));
  if (!prompts || !hasSystemd) return initial;
  return await prompts.select({
    message: 'Shall systemd keep the server running?',
    why: 'It then starts with the machine, and again after a fault.',
    choices: [
      { value: 'user', label: 'Yes, as your own service' },
      { value: 'system', label: 'Yes, as a service of the machine (needs root)' },
      { value: 'none', label: 'No, I start it myself' },
    ],
    initial,
  });
}

function chosenService(options: Offering['options']): Offers['service'] | undefined {
  const chosen = chosenOf(options['unit'], units);
  if (options['system'] !== true) return chosen;
  if (chosen === undefined || chosen === 'system') return 'system';
  throw new Failure('Usage', `Give --system or --unit ${chosen}, not both.`);
}

async function chooseCaddyfile(
  { options, before, prompts, hasOwnTls }: Offering,
  host: string | undefined,
): Promise<boolean> {
  const { caddyfile } = options;
  if (caddyfile === true && host === undefined) {
    throw new Failure('Usage', 'A Caddyfile is for a public name. Give it with --host.');
  }
  if (typeof caddyfile === 'boolean') return caddyfile;
  if (host === undefined || hasOwnTls) return false;
  const initial = before.standing.caddyfile !== undefined || !before.isSetUp;
  if (!prompts) return initial;
  return await prompts.confirm(`Write a Caddyfile for ${host}?`, {
    initial,
    why: 'Apps need HTTPS. Caddy, a free web server, brings it by itself with this file.',
  });
}

async function choosePublish(
  prompts: Prompts | undefined,
  host: string | undefined,
): Promise<Offers['publish']> {
  if (!prompts || host === undefined) return 'no';
  return await prompts.select({
    message: `Tell your apps now that the server is at ${host}?`,
    why: 'A public record in your account says so. Once the server runs it is checked first.',
    choices: [
      { value: 'no', label: 'Later, with `groundmist publish`' },
      { value: 'app-password', label: 'Now, unchecked, with an app password' },
      { value: 'oauth', label: 'Now, unchecked, by logging in in the browser' },
    ],
    initial: 'no',
  });
}

/** The command line takes no other names. */
function chosenOf<Name extends string>(
  given: string | boolean | undefined,
  names: readonly Name[],
): Name | undefined {
  return names.find((name) => name === given);
}
