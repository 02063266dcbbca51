import { sealText } from '../../core/service/own-file.ts';
import { isAddress } from '../../platform/address.ts';

/** The first line of a Caddyfile that we made. */
export const caddyfileMark = '# made by `groundmist init`, for Caddy 2 (https://caddyserver.com)';

export interface Site {
  readonly host: string;
  readonly port: string;
  /** The address that the server binds. */
  readonly listen: string;
}

/**
 * HTTPS for the public name. Sync tokens travel in `?token=`, so no request is logged at all: a filter on an access log
 * is passed by whoever spells the name in another way, for Caddy chooses the log by the Host as it stands. A site that
 * answers errors itself has none of them logged with their requests.
 */
export function caddyfileText({ host, port, listen }: Site): string {
  return sealText(
    caddyfileMark,
    `${host} {
	reverse_proxy ${upstream(listen, port)}

	# Tokens of apps stand in the query of a request: no log may hold it, also where other sites have one.
	vars {
		skip_log true
		log_skip true
	}
	handle_errors {
		respond "{err.status_code} {err.status_text}" {err.status_code}
	}
}
`,
  );
}

/** Where Caddy, on this machine, reaches what listens at an address. */
function upstream(listen: string, port: string): string {
  const address = listen.replace(/^\[|\]$/g, '');
  if (address === '0.0.0.0') return `127.0.0.1:${port}`;
  if (address === '::') return `[::1]:${port}`;
  return address.includes(':') && isAddress(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
