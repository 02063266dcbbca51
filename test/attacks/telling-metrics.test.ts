import { afterEach, beforeEach, expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { eventually } from '../support/eventually.ts';
import { makeTestKey } from '../support/proof.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Scrape } from '../support/scrape.ts';
import { Served } from '../support/served.ts';
import { newDocumentId } from '../support/sync-document.ts';

/*
 * Threat: an app makes metrics grow until who watches the server, or the server, has no memory left; or who reads them learns who syncs
 * what. Proves SECURITY.md "metrics that grow or tell" and docs/operations/monitoring.md, What is in them.
 */
let served: Served;
beforeEach(async () => {
  served = await Served.start({ environment: { GROUNDMIST_METRICS: '127.0.0.1:0' } });
});
afterEach(() => served[Symbol.asyncDispose]());

/** All that must be nowhere in the metrics. */
const canaries = new Set<string>();

/** A word that is new each time, and looks like nothing else. */
function canary(): string {
  const word = `canary${crypto.randomUUID().replaceAll('-', '')}`;
  canaries.add(word);
  return word;
}

/** A device of an app of its own, in a namespace of its own, that the owner lets in; then it does what no good app does. */
async function misbehave(turn: number): Promise<void> {
  const origin = `https://${canary()}.example`;
  const key = await makeTestKey();
  const asked = served.signIn({
    key,
    origin,
    members: { lexiconAuthorityDomain: `com.${canary()}` },
  });
  const id = await served.composed.nextApproval();
  canaries.add(id);
  served.composed.groundmist.core.access.approve(id, { permission: 'read-write' });
  const { token } = JSON.parse((await asked).body) as { readonly token: string };
  canaries.add(token);
  const url = `ws://127.0.0.1:${served.port}/?token=${token}`;
  const join = async (): Promise<RawPeer> => {
    const peer = await RawPeer.connect(url, canary(), { origin });
    peer.send({ type: 'join', senderId: peer.peerId, supportedProtocolVersions: ['1'] });
    await peer.next((frame) => frame['type'] === 'peer');
    return peer;
  };
  const peer = await join();
  const documentId = newDocumentId();
  canaries.add(documentId);
  await peer.upload(documentId, from({ text: canary() }));
  peer.send({
    type: 'ephemeral',
    senderId: peer.peerId,
    documentId,
    sessionId: canary(),
    count: 1,
    data: new Uint8Array(9),
  });
  peer.send({
    type: 'request',
    senderId: peer.peerId,
    documentId: newDocumentId(),
    data: new Uint8Array([0x42, 0, 0, 1, 0, 0, 0]),
  });
  peer.send({ type: canary(), senderId: peer.peerId, [canary()]: canary() });
  await peer.closing();
  await closeWith(url, origin, 3_000 + turn);
  await served.signIn({ key, origin: `https://${canary()}.example`, body: `{"${canary()}":1}` });
  await served.ask({ start: `GET /${canary()}?${canary()}` });
  await served.ask({ start: `${canary().toUpperCase()} /` });
  await served.ask({ start: 'GET /', headers: [['Host', `${canary()}.example`]] });
}

async function closeWith(url: string, origin: string, code: number): Promise<void> {
  const socket = new WebSocket(url, { headers: { origin } });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.close(code, canary());
  await new Promise((resolve) => socket.addEventListener('close', resolve));
}

/** Once all that was done is counted. */
async function scrape(): Promise<Scrape> {
  return await eventually('all sockets are gone', async () => {
    const now = await Scrape.of(served);
    return (
      now.value('groundmist_sockets{state="joined"}') === 0 &&
      now.value('groundmist_sockets{state="unjoined"}') === 0 &&
      now
    );
  });
}

test('metrics have no more series for apps that send what nobody sent before, and none of it is in them', async () => {
  await misbehave(0);
  const first = await scrape();
  for (let turn = 1; turn <= 5; turn++) await misbehave(turn);
  const last = await scrape();
  expect(last.since(first, ['groundmist_socket_refusals_total{code="ProtocolViolation"}'])).toEqual([5]);
  expect(last.value('groundmist_sockets_closed_total{code="other"}')).toBe(6);
  expect(last.series).toEqual(first.series);
  expect(last.series.length).toBeLessThan(300);

  const { composed } = served;
  const { apps } = composed.groundmist.core.access.list();
  const known = [
    ...canaries,
    ...apps.flatMap(({ devices }) => devices.flatMap(({ id, thumbprint }) => [id, thumbprint])),
    composed.owner.did,
    composed.owner.plcHost,
    composed.dataDirectory,
    composed.groundmist.core.publicUrl.hostname,
    'ab'.repeat(32),
  ];
  expect(known.length).toBeGreaterThan(60);
  expect(known.filter((one) => last.text.toLowerCase().includes(one.toLowerCase()))).toEqual([]);
});
