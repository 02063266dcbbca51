import { ask } from '../../ask-server.ts';
import type { Candidate, FindCandidates } from '../../command-line/offer.ts';
import { describeApp, describeTime } from './describe.ts';
import { listing, type Listing } from './listing.ts';

/** The ids that wait for an answer, with who asks for what. */
export const findWaiting: FindCandidates = async (context) =>
  (await readListing(context)).approvals.map((approval) => ({
    word: approval.id,
    summary: `${describeApp(approval.app)} for ${approval.namespace}`,
  }));

/** What may be cut off: every app by its name, and each of its devices. */
export const findAdmitted: FindCandidates = async (context) =>
  (await readListing(context)).apps.flatMap(candidatesOf);

function candidatesOf({ name, devices }: Listing['apps'][number]): readonly Candidate[] {
  const offered = devices.map(({ id, origin, lastSeen }) => ({
    word: id,
    summary: `a device of ${origin ?? name}, last seen ${describeTime(lastSeen)}`,
  }));
  // One that nobody vouches for has the id of its device for a name.
  if (devices.some(({ id }) => id === name)) return offered;
  return [
    { word: name, summary: devices.length === 1 ? 'one device' : `${devices.length} devices` },
    ...offered,
  ];
}

function readListing(context: Parameters<FindCandidates>[0]): Promise<Listing> {
  return ask(context, { method: 'GET', path: '/apps' }, listing);
}
