import { findServer } from '../../core/discovery/is-this-server.ts';
import { readPublished, type Place } from '../../core/discovery/published-record.ts';
import { Failure } from '../../core/failure.ts';
import { pdsOf } from '../../core/identity/did-document.ts';
import { resolveDid } from '../../core/identity/resolve-did.ts';
import { makeSyncRecord } from '../../core/discovery/sync-record.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { coreSettings } from '../../settings.ts';
import { readPassword } from './password.ts';
import { logIn } from './pds-session.ts';
import { describe, type Outcome } from './outcome.ts';
import { readRequest, type PublishRequest } from './request.ts';
import { tellServer } from './tell-server.ts';

const { owner, host, plcUrl, privateHosts, secretKey } = coreSettings;

/** Checks what was typed before it asks the network anything. */
export const run: RunCommand = async (context) => {
  const values = context.configuration.read({ owner, host, plcUrl, privateHosts });
  const request = readRequest(context, values.host);
  const fetch = createOutbound({ privateHosts: values.privateHosts ?? [] });
  const document = await resolveDid(values.owner, { plcUrl: values.plcUrl, fetch });
  const place: Place = { did: values.owner, pds: pdsOf(document), fetch };
  const isToCheck = (request.kind === 'write' || request.kind === 'dry-run') && !request.isUnchecked;
  if (isToCheck) await check(context, request.publicUrl);
  const outcome = await carryOut(context, place, request);
  await context.terminal.result(
    context.options['json'] === true ? printableJsonLines(outcome) : describe(outcome),
  );
  if (outcome.kind !== 'shown' && outcome.kind !== 'dry-run') await tellServer(context);
};

/** Its own name may lead to a private address: the owner typed it, and only a public document is asked for. */
async function check({ configuration }: CommandContext, publicUrl: URL): Promise<void> {
  const values = configuration.read({ secretKey });
  const fetch = createOutbound({ privateHosts: [publicUrl.host] });
  const found = await findServer({ publicUrl, secretKey: values.secretKey, fetch });
  if (found.kind === 'this-server') return;
  throw new Failure(
    'ServerUnreachable',
    `Apps would not find this server at ${publicUrl.host}: ${found.why}. ` +
      'Correct the name, DNS or the reverse proxy, or write the record unseen with --skip-check.',
    { cause: found.cause },
  );
}

async function carryOut(context: CommandContext, place: Place, request: PublishRequest): Promise<Outcome> {
  const at = { did: place.did, pds: place.pds.origin };
  switch (request.kind) {
    case 'show': {
      const published = await readPublished(place);
      return { kind: 'shown', ...at, isPublished: published !== undefined, host: published?.host ?? null };
    }
    case 'dry-run': {
      const published = await readPublished(place);
      return {
        kind: 'dry-run',
        ...at,
        host: request.publicUrl.host,
        publishedHost: published?.host ?? null,
      };
    }
    case 'write': {
      const newHost = request.publicUrl.host;
      return { kind: 'published', ...at, host: newHost, cid: await write(context, place, newHost) };
    }
    case 'remove':
      return { kind: 'removed', ...at, wasPublished: await remove(context, place) };
  }
}

/** Writes, reads back as any app would, and compares. Gives the CID of the record. */
async function write(context: CommandContext, place: Place, newHost: string): Promise<string> {
  await using session = await logIn(place, await readPassword(context));
  const cid = await session.put(makeSyncRecord(newHost));
  const published = await readPublished(place);
  if (published?.host === newHost && published.cid === cid) return cid;
  throw new Failure(
    'PdsUnavailable',
    `Your PDS took the record but gives another one back (${published?.host ?? 'none'}). ` +
      'Look again with `groundmist publish --show`.',
  );
}

async function remove(context: CommandContext, place: Place): Promise<boolean> {
  const isPublished = (await readPublished(place)) !== undefined;
  if (!isPublished) return false;
  await using session = await logIn(place, await readPassword(context));
  await session.remove();
  return true;
}
