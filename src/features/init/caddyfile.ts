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
 * answers errors itself has none of them logged with their requests. What no site has, other sites log: so this one has
 * port 80 too, in place of Caddy's own redirect.
 */
export function caddyfileText({ host, port, listen }: Site): string {
  const { name, suffix } = splitHost(host);
  return sealText(
    caddyfileMark,
    `${host}, http://${name} {
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
${isIpAddress(name) ? '' : spelledWithDot(name, suffix)}`,
  );
}

/** A name with a dot at its end is the same name. Caddy takes it where an issuer is named, and asks for no certificate. */
function spelledWithDot(name: string, suffix: string): string {
  return `
# The same name, as a URL may spell it: without this the log of other sites would have it.
${name}.${suffix}, http://${name}. {
	tls {
		issuer acme
	}
	vars {
		skip_log true
		log_skip true
	}
	respond 421
}
`;
}

/** `suffix` is the port with its colon, where there is one. */
function splitHost(host: string): { readonly name: string; readonly suffix: string } {
  const suffix = /(?<=^[^:]+|\]):[0-9]+$/.exec(host)?.[0] ?? '';
  return { name: host.slice(0, host.length - suffix.length), suffix };
}

const isIpAddress = (name: string): boolean => isAddress(name.replace(/^\[|\]$/g, ''));

/** Where Caddy, on this machine, reaches what listens at an address. */
function upstream(listen: string, port: string): string {
  const address = listen.replace(/^\[|\]$/g, '');
  if (address === '0.0.0.0') return `127.0.0.1:${port}`;
  if (address === '::') return `[::1]:${port}`;
  return address.includes(':') && isAddress(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
