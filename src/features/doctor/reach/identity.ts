import { toFailure } from '../../../core/failure.ts';
import { handleOf, pdsOf, signingKeyOf, type DidDocument } from '../../../core/identity/did-document.ts';
import type { Did } from '../../../core/identity/did.ts';
import { resolveHandle } from '../../../core/identity/handle.ts';
import { resolveDid } from '../../../core/identity/resolve-did.ts';
import type { Finding } from '../finding.ts';
import { ok, problem, stopped, warning, type Look } from './finding-makers.ts';
import type { Survey } from './survey.ts';

const check = 'identity';

export interface Account {
  readonly did: Did;
  readonly pds: URL;
}

/** Whether the owner's DID leads to a document with a PDS and a key, and its handle back to it. */
export async function lookAtIdentity(survey: Survey): Promise<Look<Account>> {
  const { owner, plcUrl, fetch } = survey.place;
  try {
    const document = await resolveDid(owner, { plcUrl, fetch });
    signingKeyOf(document);
    const pds = pdsOf(document);
    return { findings: [await judgeHandle(survey, document, pds)], value: { did: owner, pds } };
  } catch (error) {
    const { message, kind } = toFailure(error);
    return stopped(
      problem(check, `${message} New apps cannot sign in while that is so.`, kind.hint),
      'clock, record',
    );
  }
}

/** Apps find an account by its handle; syncing itself needs none. */
async function judgeHandle(survey: Survey, document: DidDocument, pds: URL): Promise<Finding> {
  const { plcUrl, fetch } = survey.place;
  const { resolveTxt } = survey.surroundings;
  const handle = handleOf(document);
  const cure = 'set the handle again in the settings of your account, then run `groundmist doctor`';
  if (handle === undefined) {
    return warning(
      check,
      `The identity ${document.id} has no handle, so apps cannot show whose it is.`,
      cure,
    );
  }
  try {
    const did = await resolveHandle(handle, { plcUrl, fetch, resolveTxt });
    if (did === document.id) return ok(check, `${did} is ${handle}, at home on ${pds.host}.`);
    return warning(check, `The handle ${handle} leads to ${did}, another identity than yours.`, cure);
  } catch (error) {
    return warning(check, `${toFailure(error).message} Apps may not find your account by it.`, cure);
  }
}
