import { copyFileSync, renameSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { generations, type StockClient, type StockDocument } from '../support/stock-client.ts';
import { Binary } from './binary.ts';
import type { ServerProcess } from './server-process.ts';
import { Installation, library } from './server.ts';

/** What came of it; a way that does not work throws. */
export interface Upgraded {
  /** Edits that were made, each in one document by one client, while servers came and went. */
  readonly edits: number;
  /** What the earlier program says to the data that the later one has used; undefined where it serves it. */
  readonly refusal: string | undefined;
}

const everyMs = 15;
const patienceMs = 60_000;

/** One client that goes on writing, and another that sees it. */
interface Pair {
  readonly writer: StockClient;
  readonly written: StockDocument;
  readonly seen: StockDocument;
}

/**
 * Replaces the file and restarts the service, as an owner does: from the program at `earlier` to the built one, and back again, with
 * clients of both generations connected that write all the time. Throws where one edit is lost or one client does not come back.
 */
export async function upgradeAndBack(earlier: string): Promise<Upgraded> {
  await using home = await Installation.create();
  using later = new Binary();
  put(earlier, home);
  let server = await home.serve();
  const pairs = await Promise.all(generations.map((generation) => openPair(home, generation)));
  let edits = 0;
  const writing = setInterval(() => {
    edits += 1;
    for (const { written } of pairs) written.change((content) => void (content[`edit ${edits}`] = edits));
  }, everyMs);
  try {
    await arrive(pairs, () => edits);
    server = await replace(home, server, later.path);
    await arrive(pairs, () => edits);
    const { next, refusal } = await goBack(home, server, earlier, later.path);
    server = next;
    await arrive(pairs, () => edits);
    clearInterval(writing);
    await arrive(pairs, () => edits);
    await expectOnDisk(home, pairs);
    return { edits, refusal };
  } finally {
    clearInterval(writing);
    await server.stop();
  }
}

async function openPair(home: Installation, generation: StockClient['generation']): Promise<Pair> {
  const writer = await home.client(await home.admit(), generation);
  const reader = await home.client(await home.admit(), generation);
  const written = writer.create({ by: generation });
  return { writer, written, seen: await reader.find(written.url) };
}

/** A file that runs is not written over but replaced. */
function put(program: string, { binary }: Installation): void {
  copyFileSync(program, `${binary.path}.new`);
  renameSync(`${binary.path}.new`, binary.path);
}

async function replace(home: Installation, running: ServerProcess, program: string): Promise<ServerProcess> {
  put(program, home);
  await stop(running);
  return await home.serve();
}

async function stop(server: ServerProcess): Promise<void> {
  const { exitCode } = await server.stop();
  if (exitCode !== 0) throw new Error(`it ended with ${exitCode}: ${await server.stderr.whole()}`);
}

/** An earlier program may refuse what a later one has brought forward, with a sentence; then the later one goes on. */
async function goBack(home: Installation, running: ServerProcess, earlier: string, later: string) {
  put(earlier, home);
  await stop(running);
  const server = home.launch();
  try {
    await server.untilReady(home.url);
    return { next: server, refusal: undefined };
  } catch {
    const refusal = (await server.stderr.whole()).trim().split('\n').at(-2);
    put(later, home);
    return { next: await home.serve(), refusal };
  }
}

/** Resolves once each reader has an edit that was made after this was called. */
async function arrive(pairs: readonly Pair[], edits: () => number): Promise<void> {
  const wanted = edits();
  await eventually(
    `edit ${wanted} reaches every reader`,
    () => pairs.every(({ seen }) => wanted === 0 || seen.content()[`edit ${wanted}`] === wanted),
    patienceMs,
  );
}

/** Every edit of every client is on the disk, by the word of `inspect`. */
async function expectOnDisk(home: Installation, pairs: readonly Pair[]): Promise<void> {
  const { stdout, stderr } = await home.run('inspect', '--dump', library);
  const stored = new Map(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly url: string; readonly content: unknown })
      .map(({ url, content }) => [url, content]),
  );
  for (const { written } of pairs) {
    if (Bun.deepEquals(stored.get(written.url), written.content())) continue;
    throw new Error(`${written.url} is not on the disk as its client has it. ${stderr}`);
  }
}
