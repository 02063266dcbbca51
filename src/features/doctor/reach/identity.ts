import { toFailure, type FailureCode } from '../../../core/failure.ts';
import { handleOf, pdsOf, signingKeyOf, type DidDocument } from '../../../core/identity/did-document.ts';
import type { Did } from '../../../core/identity/did.ts';
import { resolveHandle } from '../../../core/identity/handle.ts';
import { resolveDid } from '../../../core/identity/resolve-did.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Looked } from './looked.ts';
import type { Survey } from './survey.ts';

const { ok, problem, warning } = findingsOf('identity');

export interface Account {
  readonly did: Did;
  readonly pds: URL;
}

/** Whether the owner's DID leads to a document with a PDS and a key, and its handle back to it. */
export async function lookAtIdentity(survey: Survey): Promise<Looked<Account>> {
  const { owner, plcUrl } = survey.place;
  try {
    const document = await resolveDid(owner, { plcUrl, fetch: survey.fetch });
    signingKeyOf(document);
    const pds = pdsOf(document);
    return { findings: [await judgeHandle(survey, document, pds)], value: { did: owner, pds } };
  } catch (error) {
    const { message, kind } = toFailure(error);
    const finding = problem(`${message} New apps cannot sign in while that is so.`, kind.hint);
    return { findings: [finding], why: 'Your identity could not be made out.' };
  }
}

/** Apps find an account by its handle; syncing itself needs none. */
async function judgeHandle(survey: Survey, document: DidDocument, pds: URL): Promise<Finding> {
  const { plcUrl } = survey.place;
  const { resolveTxt } = survey.surroundings;
  const handle = handleOf(document);
  if (handle === undefined) {
    return warning(`The identity ${document.id} has no handle, so apps cannot show whose it is.`, chooseOne);
  }
  try {
    const did = await resolveHandle(handle, { plcUrl, fetch: survey.fetch, resolveTxt });
    if (did === document.id) return ok(`${did} is ${handle}, at home on ${pds.host}.`);
    const cause = `The handle ${handle} leads to ${did}, another identity than yours.`;
    return warning(cause, leadBack(handle, document.id));
  } catch (error) {
    const { code, message } = toFailure(error);
    return warning(`${message} Apps may not find your account by it.`, cureOf(code, handle, document.id));
  }
}

const chooseOne = 'Choose a handle in the settings of your account.';

/** What is changed in fright during an outage is wrong after it. */
function cureOf(code: FailureCode, handle: string, did: Did): string {
  if (code === 'IdentityUnreachable' || code === 'Internal') {
    return `Change nothing in your account for that: check the network of this machine, and look again later. Where it stays so, see whether the name servers of ${handle} and its web server answer.`;
  }
  if (code === 'HandleInvalid' || code === 'HandleReserved') return chooseOne;
  return leadBack(handle, did);
}

function leadBack(handle: string, did: Did): string {
  return `Where the domain is yours, give _atproto.${handle} the one TXT record did=${did}; else choose the handle again, or another one, in the settings of your account.`;
}
