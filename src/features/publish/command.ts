import { judgeRecord } from '../../core/discovery/judge-record.ts';
import { findServer } from '../../core/discovery/is-this-server.ts';
import { readPublished, type Place } from '../../core/discovery/published-record.ts';
import { makeSyncRecord } from '../../core/discovery/sync-record.ts';
import { Failure } from '../../core/failure.ts';
import { handleOf, pdsOf } from '../../core/identity/did-document.ts';
import { resolveDid } from '../../core/identity/resolve-did.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { coreSettings } from '../../settings.ts';
import { describe, placeOf, replacedBy, type Outcome } from './outcome.ts';
import { ownRecord } from './own-record.ts';
import { isUnchanged } from './record-change.ts';
import { remove, write, type Publisher } from './publisher.ts';
import { reachNote } from './reach-note.ts';
import { readRequest, type PublishRequest } from './request.ts';
import { tellServer } from './tell-server.ts';

const { owner, host, plcUrl, privateHosts, secretKey } = coreSettings;

/** A PDS at home hashes a password slowly, and a login whose answer is not waited for stays open. */
const pdsTimeoutMs = 30_000;

type Writing = Extract<PublishRequest, { readonly kind: 'write' | 'dry-run' }>;

/** Checks what was typed before it asks the network anything. */
export const run: RunCommand = async (context) => {
  const values = context.configuration.read({ owner, host });
  const request = readRequest(context, values.host);
  const outcome = await carryOut(context, request);
  await context.terminal.result(
    context.options['json'] === true ? printableJsonLines(outcome) : describe(outcome),
  );
  if (outcome.kind !== 'shown' && outcome.kind !== 'dry-run') await tellServer(context);
};

async function carryOut(context: CommandContext, request: PublishRequest): Promise<Outcome> {
  if (request.kind === 'write' || request.kind === 'dry-run') return await publish(context, request);
  const publisher = await unlessAborted(context.signal, findPublisher(context));
  const { place } = publisher.account;
  const published = await unlessAborted(context.signal, readPublished(place));
  if (request.kind === 'remove') return await remove(publisher, published);
  const ours = await ownRecord(context.configuration);
  return {
    kind: 'shown',
    ...placeOf(place),
    state: ours === undefined ? null : judgeRecord(published, ours).kind,
    isPublished: published !== undefined,
    host: published?.host ?? null,
    record: published?.value ?? null,
    cid: published?.cid ?? null,
  };
}

async function publish(context: CommandContext, request: Writing): Promise<Outcome> {
  const { configuration, signal, terminal } = context;
  const { publicUrl, correctedFrom } = request;
  const values = configuration.read({ secretKey });
  if (correctedFrom !== undefined) terminal.note(`"${correctedFrom}" is taken as ${publicUrl.host}.`);
  const reach = reachNote(publicUrl);
  if (reach !== undefined) terminal.note(reach);
  const publisher = await unlessAborted(signal, findPublisher(context));
  if (!request.isUnchecked) await unlessAborted(signal, check(context, publicUrl));
  const { place } = publisher.account;
  const record = await makeSyncRecord(publicUrl, values.secretKey);
  const change = { record, published: await unlessAborted(signal, readPublished(place)) };
  if (request.kind === 'write') return await write(publisher, change);
  return {
    kind: 'dry-run',
    ...placeOf(place),
    isChange: !isUnchanged(change),
    host: record.host,
    record,
    ...replacedBy(change.published),
  };
}

async function findPublisher(context: CommandContext): Promise<Publisher> {
  const values = context.configuration.read({ owner, plcUrl, privateHosts });
  const fetch = createOutbound({ privateHosts: values.privateHosts ?? [], timeoutMs: pdsTimeoutMs });
  const document = await resolveDid(values.owner, { plcUrl: values.plcUrl, fetch });
  const place: Place = { did: values.owner, pds: pdsOf(document), fetch };
  return { context, account: { place, handle: handleOf(document) } };
}

/** Its own name may lead to a private address: the owner typed it, and only public documents are asked for. */
async function check({ configuration, terminal }: CommandContext, publicUrl: URL): Promise<void> {
  const values = configuration.read({ secretKey, owner });
  const fetch = createOutbound({ privateHosts: [publicUrl.host] });
  const found = await findServer({ publicUrl, ...values, fetch });
  if (found.kind === 'this-server') {
    if (found.caveat !== undefined) terminal.note(found.caveat);
    return;
  }
  throw new Failure(
    'ServerUnreachable',
    `Apps would not find this server at ${publicUrl.host}: ${found.why}. ` +
      'Correct the name, DNS or the reverse proxy, or write the record unseen with --skip-check.',
    { cause: found.cause },
  );
}
