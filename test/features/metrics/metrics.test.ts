import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { metrics } from '../../../src/features/metrics/metrics.ts';
import { eventually } from '../../support/eventually.ts';
import { LeanClient } from '../../support/lean-client.ts';
import { makeTestKey } from '../../support/proof.ts';
import { RawPeer } from '../../support/raw-peer.ts';
import { Scrape } from '../../support/scrape.ts';
import { Served } from '../../support/served.ts';

let served: Served;
beforeEach(async () => {
  served = await Served.start({ environment: { GROUNDMIST_METRICS: '127.0.0.1:0' } });
});
afterEach(() => served[Symbol.asyncDispose]());

/** A client of a new device. */
async function connect(): Promise<LeanClient> {
  return LeanClient.connect(await served.admit());
}

/** Documents that the server has told the client to have. */
async function store(client: LeanClient, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, n) => client.create({ n }));
  await eventually('all are acknowledged', () => ids.every((id) => (client.told.get(id)?.size ?? 0) > 0));
  return ids;
}

describe('the metrics are what happened:', () => {
  test('documents that were stored, and what went over the sockets for it', async () => {
    const before = await Scrape.of(served);
    const client = await connect();
    await store(client, 5);
    served.composed.clock.advance(60_000);
    const after = await Scrape.of(served);
    const grown = (...series: readonly string[]) => after.since(before, series);
    expect(grown('groundmist_documents_stored', 'groundmist_documents_open')).toEqual([5, 5]);
    const of = (name: string, ...kinds: readonly string[]) =>
      grown(...kinds.map((kind) => `groundmist_${name}_total{kind="${kind}"}`));
    expect(of('messages_received', 'join', 'sync', 'request', 'refused')).toEqual([1, client.sent, 0, 0]);
    expect(of('messages_sent', 'peer', 'sync')).toEqual([1, client.heard]);
    expect(of('received_bytes', 'sync')).toEqual([client.sentBytes]);
    expect(of('sent_bytes', 'sync')).toEqual([client.heardBytes]);
    const answers = ['graph', 'automerge'].map((by) => `groundmist_sync_messages_total{answered_by="${by}"}`);
    expect(grown(...answers)).toEqual([client.sent, 0]);
    expect(
      grown('groundmist_writes_total{outcome="stored"}', 'groundmist_writes_total{outcome="failed"}'),
    ).toEqual([5, 0]);
    const [commits = 0] = grown('groundmist_commit_duration_seconds_count');
    expect(commits).toBeWithin(1, 6);
    expect(after.value('groundmist_sockets{state="joined"}')).toBe(1);
    expect(after.value('groundmist_waiting_bytes{direction="inbound"}')).toBe(0);
    client.close();
    const last = await eventually('it has left', async () => {
      const scrape = await Scrape.of(served);
      return scrape.value('groundmist_sockets_closed_total{code="1005"}') === 1 && scrape;
    });
    expect(last.value('groundmist_sockets{state="joined"}')).toBe(0);
    expect(last.since(before, ['groundmist_sockets_opened_total'])).toEqual([1]);
  });

  test('sockets that were refused, by why', async () => {
    const url = await served.admit();
    const before = await Scrape.of(served);
    for (const bytes of [new Uint8Array([0xff]), new Uint8Array([0x80]), new Uint8Array(5_000)]) {
      const peer = await RawPeer.connect(url);
      peer.sendBytes(bytes);
      await peer.closing();
    }
    const texting = await RawPeer.connect(url);
    texting.sendText('hello');
    await texting.closing();
    const after = await eventually('all have ended', async () => {
      const scrape = await Scrape.of(served);
      return scrape.value('groundmist_sockets{state="unjoined"}') === 0 && scrape;
    });
    expect(
      after.since(before, [
        'groundmist_messages_received_total{kind="refused"}',
        'groundmist_socket_refusals_total{code="ProtocolViolation"}',
        'groundmist_socket_refusals_total{code="PayloadTooLarge"}',
        'groundmist_sockets_closed_total{code="1002"}',
        'groundmist_sockets_closed_total{code="1003"}',
        'groundmist_sockets_closed_total{code="1009"}',
        'groundmist_sockets_opened_total',
      ]),
    ).toEqual([3, 2, 1, 2, 1, 1, 4]);
  });

  test('sign-ins, approvals, and requests that were refused', async () => {
    const before = await Scrape.of(served);
    const key = await makeTestKey();
    const asking = served.signIn({ key });
    const id = await served.composed.nextApproval();
    expect((await Scrape.of(served)).value('groundmist_approvals_waiting')).toBe(1);
    const { access } = served.composed.groundmist.core;
    access.approve(id, { permission: 'read-write' });
    await asking;
    await served.signIn({ key });
    const refused = served.signIn({ key: await makeTestKey() });
    access.deny(await served.composed.nextApproval());
    await refused;
    await served.signIn({ key, body: '{}' });
    await served.signIn({ key, headers: { dpop: 'nonsense' } });
    await served.ask({ start: 'GET /nowhere' });
    await RawPeer.connect(`ws://127.0.0.1:${served.port}/?token=gms_${'x'.repeat(43)}`);
    const after = await Scrape.of(served);
    const of = (name: string, values: readonly string[]) =>
      after.since(
        before,
        values.map((value) => `groundmist_${name}="${value}"}`),
      );
    const outcomes = ['admitted', 'refused', 'waiting', 'challenged', 'failed'];
    expect(of('sign_ins_total{outcome', outcomes)).toEqual([2, 1, 0, 0, 2]);
    expect(of('approvals_total{answer', ['asked', 'approved', 'denied'])).toEqual([2, 1, 1]);
    const codes = ['InvalidRequest', 'InvalidDpopProof', 'NotFound', 'NotPermitted'];
    expect(of('http_refusals_total{code', codes)).toEqual([1, 1, 1, 1]);
    expect(of('http_responses_total{status', ['200', '400', '403', '404'])).toEqual([2, 1, 1, 1]);
    expect([after.value('groundmist_sessions'), after.value('groundmist_devices')]).toEqual([2, 1]);
  });

  test('messages for which Automerge was asked, for nobody is served what is only claimed', async () => {
    const [id = ''] = await store(await connect(), 1);
    const before = await Scrape.of(served);
    const reader = await connect();
    expect(await reader.find(id)).toEqual({ n: 0 });
    const after = await Scrape.of(served);
    expect(
      after.since(before, [
        'groundmist_sync_messages_total{answered_by="automerge"}',
        'groundmist_automerge_jobs_total{operation="open",outcome="done"}',
        'groundmist_automerge_starts_total',
      ]),
    ).toEqual([1, 1, 1]);
    expect(after.value('groundmist_automerge_running')).toBe(1);
    if (process.platform === 'linux')
      expect(after.value('groundmist_automerge_memory_bytes')).toBeGreaterThan(1_000_000);
  });

  test('what is stored is not counted over and over', async () => {
    const before = await Scrape.of(served);
    await store(await connect(), 2);
    const soon = await Scrape.of(served);
    expect(soon.since(before, ['groundmist_documents_stored'])).toEqual([0]);
    // What is only remembered is as it is now.
    expect(soon.since(before, ['groundmist_namespaces{state="open"}'])).toEqual([1]);
    served.composed.clock.advance(60_000);
    expect((await Scrape.of(served)).value('groundmist_documents_stored')).toBe(2);
  });
});

test('a server that is not ready says so', async () => {
  expect((await Scrape.of(served)).value('groundmist_ready')).toBe(1);
  served.composed.groundmist.core.noteStopping();
  expect((await Scrape.of(served)).value('groundmist_ready')).toBe(0);
});

test('each series has the labels that docs/reference/metrics.md tells of', async () => {
  await served.ask({ start: 'GET /nowhere' });
  const { series } = await Scrape.of(served);
  for (const one of series) {
    const [, name = '', labels = ''] = /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})?$/.exec(one) ?? [];
    const metric = metrics.find((known) => known.name === name);
    const found = [...labels.matchAll(/(\w+)="/g)]
      .map(([, label]) => label)
      .filter((label) => label !== 'le');
    expect([one, found]).toEqual([one, [...(metric?.labels ?? [])]]);
    expect(metric).toBeDefined();
  }
});
