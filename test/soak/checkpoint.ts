import { getHeads, hasHeads, toJS, type Doc } from '@automerge/automerge';
import { LeanClient, type Fields } from '../support/lean-client.ts';
import { toJson } from '../support/stock-data.ts';
import type { Crowd } from './clients/crowd.ts';
import { contentOf } from './clients/device.ts';
import { findDivergences, findLosses, type Copy, type Holder } from './judgement/divergence.ts';
import type { Ledger } from './judgement/ledger.ts';
import type { Machine } from './machine/machine.ts';
import { findAll, type Stage } from './stage.ts';

export interface Checkpoint {
  readonly at: number;
  /** Documents compared between devices, the server and a newcomer. */
  readonly compared: number;
  /** Heads that the server had acknowledged and that are there. */
  readonly acknowledged: number;
  /** Documents that `inspect --dump` shows. */
  readonly documents: number;
  readonly settledSeconds: number;
  /** Where an app of 1.2.1 sees something else than its document says, whose heads are those of all: see `hasTrueViews`. */
  readonly staleViews: number;
}

type Parties = Pick<Stage, 'machine' | 'crowd' | 'ledger' | 'newcomerUrl'>;

const settlePatienceMs = 120_000;
const lookEveryMs = 250;

/**
 * Everybody comes online and nobody writes: soon all have the same, and the server, its command line and somebody new have it too.
 * Throws what is not so.
 */
export async function checkpoint(parties: Parties, at: number): Promise<Checkpoint> {
  const { machine, crowd, ledger } = parties;
  const startedAt = performance.now();
  await crowd.gather();
  await untilDevicesAgree(crowd);
  const told = structuredClone(ledger.told);
  const touched = [
    ...new Set([...ledger.touched, ...crowd.devices.flatMap(({ documentIds }) => documentIds)]),
  ];
  const newcomer = await untilNewcomerAgrees(parties, touched);
  const settledSeconds = (performance.now() - startedAt) / 1000;
  const docOf = (id: string): Doc<Fields> | undefined => newcomer.document(id);
  fail(findLosses(told, (id, head) => hasHeads(docOf(id) ?? expectDocument(id), [head])));
  for (const id of touched) {
    const doc = docOf(id);
    if (doc) ledger.agree(id, getHeads(doc).toSorted());
  }
  const dumped = await dump(machine);
  fail(
    findDivergences([
      { name: 'the devices together', copies: agreedCopies(ledger), hasAll: false },
      { name: 'a newcomer', copies: copiesOf(newcomer, touched), hasAll: false },
      { name: 'inspect --dump', copies: dumped, hasAll: true },
    ]),
  );
  const staleViews = countStaleViews(crowd, newcomer);
  newcomer.close();
  newcomer.free();
  await machine.run('verify');
  const acknowledged = [...told.values()].reduce((sum, heads) => sum + heads.size, 0);
  return { at, compared: touched.length, acknowledged, documents: dumped.size, settledSeconds, staleViews };
}

/** All that is stored, as `inspect --dump` tells it: of the running server, or of another data directory. */
export async function dump(machine: Machine, dataDirectory?: string): Promise<ReadonlyMap<string, Copy>> {
  const elsewhere = dataDirectory === undefined ? [] : ['--data-dir', dataDirectory];
  const lines = (await machine.run('inspect', '--dump', ...elsewhere)).trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const { id, heads, content, error } = JSON.parse(line) as {
        readonly id: string;
        readonly heads: readonly string[];
        readonly content: unknown;
        readonly error?: string;
      };
      if (error !== undefined) throw new Error(`inspect --dump cannot read ${id}: ${error}`);
      return [id, { heads, content: JSON.stringify(toJson(content)) }];
    }),
  );
}

async function untilDevicesAgree(crowd: Crowd): Promise<void> {
  const ids = new Set(crowd.devices.flatMap(({ documentIds }) => documentIds));
  await settle('the devices do not come to have the same', () => {
    const found = [...ids].filter((id) => {
      const heads = crowd.devices
        .filter(({ documentIds }) => documentIds.includes(id))
        .map((one) => one.heads(id));
      return new Set(heads).size > 1 || heads.includes('');
    });
    return found.map(
      (id) => `${id}: ${crowd.devices.map((one) => `${one.name} ${one.heads(id)}`).join('; ')}`,
    );
  });
}

async function untilNewcomerAgrees(
  { crowd, newcomerUrl }: Parties,
  ids: readonly string[],
): Promise<LeanClient> {
  const newcomer = await LeanClient.connect(newcomerUrl);
  await findAll(newcomer, ids);
  await settle('the server does not come to have what the devices have', () =>
    findDivergences([
      ...crowd.devices.map((device): Holder => {
        const copies = device.documentIds.map((id) => [id, device.copy(id)] as const);
        return {
          name: device.name,
          copies: new Map(copies.flatMap(([id, copy]) => (copy ? [[id, copy]] : []))),
          hasAll: false,
        };
      }),
      { name: 'a newcomer', copies: copiesOf(newcomer, ids), hasAll: true },
    ]),
  );
  return newcomer;
}

/** Waits until nothing is found twice in a row. */
async function settle(complaint: string, find: () => readonly string[]): Promise<void> {
  const deadline = performance.now() + settlePatienceMs;
  for (let quiet = 0; quiet < 2;) {
    const found = find();
    if (found.length > 0 && performance.now() > deadline) fail([complaint, ...found]);
    quiet = found.length === 0 ? quiet + 1 : 0;
    await Bun.sleep(lookEveryMs);
  }
}

function countStaleViews(crowd: Crowd, newcomer: LeanClient): number {
  const views = crowd.devices.flatMap((device) =>
    device.documentIds.map((id) => ({ shown: device.shows(id), doc: newcomer.document(id) })),
  );
  return views.filter(({ shown, doc }) => shown !== undefined && doc && shown !== contentOf(toJS(doc)))
    .length;
}

function copiesOf(client: LeanClient, ids: readonly string[]): ReadonlyMap<string, Copy> {
  const docs = ids.map((id) => [id, client.document(id)] as const);
  return new Map(
    docs.flatMap(([id, doc]) =>
      doc ? [[id, { heads: getHeads(doc).toSorted(), content: contentOf(toJS(doc)) }]] : [],
    ),
  );
}

function agreedCopies(ledger: Ledger): ReadonlyMap<string, Copy> {
  return new Map(
    [...ledger.agreed].map(([id, heads]) => [id, { heads: heads.split(','), content: undefined }]),
  );
}

function expectDocument(id: string): never {
  throw new Error(`${id} is gone, with everything that was acknowledged of it`);
}

function fail(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Error(sentences.slice(0, 20).join('\n'));
}
