import type { Core } from '../../core/core.ts';
import { toFailure } from '../../core/failure.ts';
import { notReady } from '../../core/service/service-names.ts';
import { count } from '../../platform/format.ts';

/** One line, for `systemctl status` and `service show`. */
export function describeServer(
  { access, whyNotReady }: Pick<Core, 'whyNotReady'> & { readonly access: Pick<Core['access'], 'list'> },
  address: string,
): string {
  try {
    const [why] = whyNotReady();
    if (why !== undefined) return `${notReady}${why}`;
    const waiting = access.list().approvals.length;
    const who = waiting === 0 ? '' : `; ${count(waiting, 'app')} waiting for your answer`;
    return `Listening on ${address}${who}`;
  } catch (error) {
    // As where the disk has gone: it lives, and says so.
    return `${notReady}${toFailure(error).message}`;
  }
}
