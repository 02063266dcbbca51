import { readPublished } from '../../../core/discovery/published-record.ts';
import { toFailure } from '../../../core/failure.ts';
import { urlOfHost } from '../../../core/identity/public-url.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Account } from './identity.ts';
import type { Survey } from './survey.ts';

const { ok, problem } = findingsOf('record');
const cure = 'groundmist publish';

/** Whether the public record leads apps to this server. */
export async function lookAtRecord(survey: Survey, account: Account, publicUrl: URL): Promise<Finding> {
  try {
    const published = await readPublished({ ...account, fetch: survey.fetch });
    if (published === undefined) {
      return problem('Nothing is published, so your apps do not find this server.', cure);
    }
    const { host } = published;
    if (host === undefined) {
      return problem(
        'The published record names no host that an app could use. Any app that you gave a broad scope may have rewritten it.',
        cure,
      );
    }
    if (urlOfHost(host).host === publicUrl.host) return ok(`The published record names ${host}.`);
    return problem(
      `The published record sends your apps to ${host}, not to ${publicUrl.host}. Any app that you gave a broad scope may have rewritten it.`,
      cure,
    );
  } catch (error) {
    const { message, kind } = toFailure(error);
    return problem(message, kind.hint);
  }
}
