import { Failure, toFailure } from '../../core/failure.ts';
import { isDid, type Did } from '../../core/identity/did.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { findText } from '../../platform/config.ts';
import type { Prompts } from '../../platform/prompts.ts';
import { coreSettings } from '../../settings.ts';
import { whyNotSetting, type Asking } from './asking.ts';
import { withoutMarks } from './pasted.ts';

const { owner } = coreSettings;

/** Whose server it is. What the person types is looked up before the next question. */
export async function answerOwner(asking: Asking): Promise<Did> {
  const { sources, handle, prompts } = asking;
  const given = findText(owner, sources);
  if (handle !== undefined) {
    if (given.origin.kind === 'flag') throw new Failure('Usage', 'Give --did or --handle, not both.');
    return await lookUpHandle(handle, asking);
  }
  if (given.text !== undefined && isDid(given.text)) {
    // The owner of a server that is there is no question: only --force gives it to somebody else.
    if (given.origin.kind === 'file' && !asking.isForced) {
      prompts?.tell(`The owner stays ${given.text}.`);
      return given.text;
    }
    if (given.origin.kind !== 'file' || !prompts) return await checkDid(given.text, asking);
  }
  if (!prompts) {
    throw new Failure('Usage', 'Whose server is it? Give --did or --handle: there is nobody here to ask.');
  }
  return await askOwner(asking, prompts, given.text);
}

async function lookUpHandle(handle: string, asking: Asking): Promise<Did> {
  const { prompts, signal, surroundings } = asking;
  const finding = surroundings.resolveOwner(handle, signal);
  const found = await (prompts
    ? prompts.whileWorking(`Looking up ${handle}`, finding)
    : unlessAborted(signal, finding));
  prompts?.tell(describe(handle, found));
  return found.did;
}

/** A DID needs no network. Where a person watches it is looked up all the same, for it may be mistyped. */
async function checkDid(did: Did, asking: Asking): Promise<Did> {
  const { prompts, signal, surroundings } = asking;
  if (!prompts) return did;
  try {
    const found = await prompts.whileWorking(`Looking up ${did}`, surroundings.resolveOwner(did, signal));
    prompts.tell(describe(did, found));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    prompts.warn(`${error.message} It is taken as it was given.`);
  }
  return did;
}

async function askOwner(asking: Asking, prompts: Prompts, current: string | undefined): Promise<Did> {
  const { surroundings, signal } = asking;
  let initial = current;
  for (;;) {
    const typed = await prompts.text({
      message: 'Your handle',
      why: 'The server will obey this account alone. A DID will do as well.',
      placeholder: 'alice.example.com',
      ...(initial === undefined ? {} : { initial }),
      whyNot: (text) => whyNotOwner(bareName(text)),
    });
    const name = bareName(typed);
    try {
      const finding = surroundings.resolveOwner(name, signal);
      const found = await prompts.whileWorking(`Looking up ${name}`, finding);
      prompts.tell(describe(name, found));
      return found.did;
    } catch (error) {
      signal.throwIfAborted();
      prompts.warn(toFailure(error).message);
      if (isDid(name) && (await isTakenUnchecked(prompts))) return name;
      if (!isDid(name)) prompts.tell('Correct it, or give your DID: that one can be taken unchecked.');
      initial = withoutMarks(typed);
    }
  }
}

async function isTakenUnchecked(prompts: Prompts): Promise<boolean> {
  const isTaken = await prompts.confirm('Take this DID unchecked?', {
    initial: false,
    why: 'Right where there is no network now. If it is mistyped, none of your apps will get in.',
  });
  if (isTaken) prompts.tell('`groundmist doctor` checks it once there is a network.');
  return isTaken;
}

/** What people paste in place of a handle: with an @, as a URI, as the address of their profile. */
function bareName(text: string): string {
  return withoutMarks(text)
    .replace(/^(?:@|at:\/\/|https:\/\/[^/]+\/profile\/)/i, '')
    .replace(/\/+$/, '');
}

function whyNotOwner(text: string): string | undefined {
  if (text === '') return 'Type your handle, as apps show it: alice.example.com.';
  return text.startsWith('did:') ? whyNotSetting(owner, text) : undefined;
}

function describe(asked: string, { did, pds }: { readonly did: Did; readonly pds: string }): string {
  const subject = asked === did ? did : `${bareName(asked)} is ${did}`;
  return asked === did ? `${subject} is known; its PDS is ${pds}.` : `${subject}; its PDS is ${pds}.`;
}
