import { Failure } from '../../core/failure.ts';
import { urlOfHost } from '../../core/identity/public-url.ts';
import { whyNotHost } from '../../core/lexicon/host.ts';
import type { CommandContext } from '../../feature.ts';

/** What the person wants of the published record. */
export type PublishRequest =
  | { readonly kind: 'write' | 'dry-run'; readonly publicUrl: URL; readonly isUnchecked: boolean }
  | { readonly kind: 'show' }
  | { readonly kind: 'remove' };

type Given = Pick<CommandContext, 'arguments' | 'options'>;

/** Reads argument and options; `configuredHost` is the name that this server has. Throws `Usage`. */
export function readRequest(given: Given, configuredHost: string | undefined): PublishRequest {
  const named = given.arguments['host'];
  const kind = readKind(given);
  if (kind === 'write' || kind === 'dry-run') {
    const isUnchecked = given.options['skipCheck'] === true;
    return { kind, publicUrl: chooseUrl(named, configuredHost), isUnchecked };
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

/** Apps would be sent to a server that refuses them if the two names differed: it checks proofs against its own. */
function chooseUrl(named: string | undefined, configured: string | undefined): URL {
  const host = named ?? configured;
  if (host === undefined) {
    throw new Failure(
      'Usage',
      'Name the host, as in `groundmist publish sync.example.com`, or set GROUNDMIST_HOST.',
    );
  }
  const url = readUrl(host);
  if (configured !== undefined && url.host !== readUrl(configured).host) {
    throw new Failure(
      'Usage',
      `The host "${host}" is not the name of this server, which is "${configured}" (GROUNDMIST_HOST). ` +
        'Correct one of the two.',
    );
  }
  return url;
}

function readUrl(host: string): URL {
  const why = whyNotHost(host);
  if (why === undefined) return urlOfHost(host);
  throw new Failure('Usage', `"${host.slice(0, 300)}" cannot be published as the host: ${why}.`);
}
