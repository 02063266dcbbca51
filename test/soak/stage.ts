import * as Automerge from '@automerge/automerge';
import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { library } from '../e2e/server.ts';
import { Crowd } from './clients/crowd.ts';
import { newContent, type Random } from './clients/edits.ts';
import type { Victim } from './faults.ts';
import { Ledger } from './judgement/ledger.ts';
import { Machine } from './machine/machine.ts';
import type { Options } from './options.ts';

/** All that takes part in a soak. */
export interface Stage {
  readonly machine: Machine;
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  readonly hostileUrl: string;
  readonly newcomerUrl: string;
  readonly victim: Victim;
}

const mebibyte = 2 ** 20;
const memoryBytes = 512 * mebibyte;
const diskBytes = 320 * mebibyte;
const devicesPerKey = 2;
const atOnce = 500;
const patienceMs = 60_000;

/** A server with a library of documents, and everybody who will use it, connected. */
export async function setStage(options: Options, opened: AsyncDisposableStack): Promise<Stage> {
  const { store, devices, seed } = options;
  const machine = opened.use(await Machine.create({ store, memoryBytes, diskBytes }));
  await machine.start();
  const hostileUrl = await admit(machine);
  const newcomerUrl = await admit(machine);
  const urls: string[] = [];
  while (urls.length < devices / devicesPerKey) urls.push(await admit(machine));
  const ledger = new Ledger();
  const random = seededRandom(seed);
  const victim = await stockLibrary({ url: newcomerUrl, count: options.library, ledger, random });
  const crowd = new Crowd({ count: devices, urls, random, ledger });
  opened.defer(() => crowd.close());
  return { machine, crowd, ledger, hostileUrl, newcomerUrl, victim };
}

/** Asks for documents, some at a time. */
export async function findAll(client: LeanClient, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += atOnce)
    await Promise.all(ids.slice(from, from + atOnce).map((id) => client.find(id)));
}

async function admit({ home }: Machine): Promise<string> {
  return home.admit(library, await TestApp.create(home.owner));
}

/** Documents that were there before; gives one that hostile apps speak of. */
async function stockLibrary(order: {
  readonly url: string;
  readonly count: number;
  readonly ledger: Ledger;
  readonly random: Random;
}): Promise<Victim> {
  const { url, count, ledger, random } = order;
  const writer = await LeanClient.connect(url);
  const untilTold = (ids: readonly string[]) =>
    eventually(
      'documents are stored',
      () => ids.every((id) => (writer.told.get(id)?.size ?? 0) > 0),
      patienceMs,
    );
  for (let from = 0; from < count; from += atOnce) {
    const serials = Array.from({ length: Math.min(atOnce, count - from) }, (_, n) => from + n);
    await untilTold(serials.map((serial) => writer.create(newContent(random, serial))));
  }
  const documentId = writer.create({ list: [1, 2] });
  await untilTold([documentId]);
  for (const [id, heads] of writer.told) ledger.tell(id, [...heads]);
  const doc = writer.document(documentId);
  if (!doc) throw new Error('there is no victim');
  const victim = { documentId, doc: Automerge.clone(doc) };
  writer.close();
  writer.free();
  return victim;
}
