import { judgeRecord, type RecordState } from '../../../core/discovery/judge-record.ts';
import { readServed } from '../../../core/discovery/owner-record.ts';
import { makeSyncRecord, type SyncRecord } from '../../../core/discovery/sync-record.ts';
import { toFailure } from '../../../core/failure.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Account } from './identity.ts';
import type { Survey } from './survey.ts';

const { ok, problem, warning } = findingsOf('record');
const cure = 'groundmist publish';
const culprit = 'Any app that you gave a broad scope may have rewritten it.';

/** Whether the public record leads apps to this server. */
export async function lookAtRecord(survey: Survey, account: Account, publicUrl: URL): Promise<Finding> {
  try {
    const ours = await makeSyncRecord(publicUrl, survey.place.secretKey);
    const published = await readServed({ ...account, fetch: survey.fetch });
    return describe(judgeRecord(published, ours), ours);
  } catch (error) {
    const { message, kind } = toFailure(error);
    return problem(message, kind.hint);
  }
}

function describe(state: RecordState, { host }: SyncRecord): Finding {
  switch (state.kind) {
    case 'this-server':
      return ok(`The published record names ${host}.`);
    case 'nothing':
      return warning('Nothing is published, so your apps do not find this server.', cure);
    case 'another-host':
      return problem(
        `The published record sends your apps to ${state.host}, not to ${host}. ${culprit}`,
        cure,
      );
    case 'another-key':
      return problem(
        `The published record names ${host}, and with it another key or DID than this server has, so that apps may take it for a false one. ` +
          `GROUNDMIST_SYNC_SECRET_KEY may have changed; else: ${culprit}`,
        cure,
      );
    case 'no-usable-host':
      return problem(`The published record names no host that an app could use. ${culprit}`, cure);
  }
}
