/**
 * A stock client in a process of its own, which trusts what NODE_EXTRA_CA_CERTS says. With a URL of the server alone it prints the URL of a
 * document, writes a line into it again and again until a line comes, prints what came of it, and ends with its stdin. With the document's URL, too,
 * and a number it ends once it has so many lines of it.
 */
import { Repo, type AutomergeUrl } from '@automerge/automerge-repo';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { readLines } from '../support/child-lines.ts';
import { eventually } from '../support/eventually.ts';

interface Written {
  lines: number[];
}

const everyMs = 25;
const [server = '', document, wanted] = process.argv.slice(2);
const adapter = new WebSocketClientAdapter(server);
const repo = new Repo({ network: [adapter] });
await eventually('the server answered join', () => repo.peers.length > 0);
if (document === undefined) await write();
else await read(document as AutomergeUrl, Number(wanted));

async function write(): Promise<void> {
  let losses = 0;
  adapter.on('peer-disconnected', () => losses++);
  const handle = repo.create<Written>({ lines: [] });
  process.stdout.write(`${handle.url}\n`);
  let count = 0;
  const writing = setInterval(() => handle.change(({ lines }) => void lines.push(count++)), everyMs);
  for await (const line of readLines(Bun.stdin.stream())) {
    void line;
    clearInterval(writing);
    process.stdout.write(`${JSON.stringify({ count, losses })}\n`);
  }
  process.exit(0);
}

async function read(url: AutomergeUrl, count: number): Promise<void> {
  const handle = await repo.find<Written>(url);
  const expected = Array.from({ length: count }, (_, index) => index).join();
  await eventually('every line came', () => handle.doc().lines.join() === expected);
  process.exit(0);
}
