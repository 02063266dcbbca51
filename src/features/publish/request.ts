import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { readTypedHost, type TypedHost } from './typed-host.ts';

/** What the person wants of the published record. */
export type PublishRequest =
  | (TypedHost & { readonly kind: 'write' | 'dry-run'; readonly isUnchecked: boolean })
  | { readonly kind: 'show' }
  | { readonly kind: 'remove' };

type Given = Pick<CommandContext, 'arguments' | 'options'>;

/** Reads argument and options; `configuredHost` is the name that this server has. Throws `Usage`. */
export function readRequest(given: Given, configuredHost: string | undefined): PublishRequest {
  const named = given.arguments['host'];
  const kind = readKind(given);
  refuseTwoLogins(given);
  if (kind === 'show') refuseMoreThanLooking(given);
  if (kind === 'write' || kind === 'dry-run') {
    const isUnchecked = given.options['skipCheck'] === true;
    return { kind, ...chooseHost(named, configuredHost), isUnchecked };
  }
  if (named !== undefined) throw new Failure('Usage', `--${kind} takes no host: there is one record.`);
  return { kind };
}

function readKind({ options }: Given): PublishRequest['kind'] {
  const chosen = [
    options['dryRun'] === true && ('dry-run' as const),
    options['show'] === true && ('show' as const),
    options['remove'] === true && ('remove' as const),
  ].filter((one) => one !== false);
  if (chosen.length > 1) {
    throw new Failure('Usage', `Give only one of ${chosen.map((one) => `--${one}`).join(' and ')}.`);
  }
  return chosen[0] ?? 'write';
}

function refuseTwoLogins({ options }: Given): void {
  if (options['oauth'] === true && options['passwordStdin'] === true) {
    throw new Failure('Usage', 'Give only one of --oauth and --password-stdin: --oauth needs no password.');
  }
}

function refuseMoreThanLooking({ options }: Given): void {
  const flags = { oauth: '--oauth', passwordStdin: '--password-stdin', yes: '--yes' };
  const [, flag] = Object.entries(flags).find(([name]) => options[name] === true) ?? [];
  if (flag !== undefined)
    throw new Failure('Usage', `--show only looks, without a login: leave out ${flag}.`);
}

/** Apps would be sent to a server that refuses them if the two names differed: it checks proofs against its own. */
function chooseHost(named: string | undefined, configured: string | undefined): TypedHost {
  if (configured === undefined) {
    const name = named === undefined ? 'sync.example.com' : readTypedHost(named).publicUrl.host;
    throw new Failure(
      'Usage',
      `This server does not know its public name, so it would refuse the apps that come to it by that name. ` +
        `Set GROUNDMIST_HOST=${name} where its other settings are (\`groundmist init\` does), and restart it.`,
    );
  }
  const typed = readTypedHost(named ?? configured);
  if (typed.publicUrl.host === readTypedHost(configured).publicUrl.host) return typed;
  throw new Failure(
    'Usage',
    `The host "${typed.publicUrl.host}" is not the name of this server, which is "${configured}" ` +
      '(GROUNDMIST_HOST). Correct one of the two.',
  );
}
