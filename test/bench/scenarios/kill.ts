import { makeTypingChain } from '../corpus/chain.ts';
import { makeDocuments, type BenchDocument } from '../corpus/documents.ts';
import { atMost } from '../report/goal.ts';
import { Home } from '../servers/home.ts';
import { fetchDocuments } from '../wire/fetch-documents.ts';
import { Follower } from '../wire/follower.ts';
import { upload } from '../wire/upload.ts';
import type { Scenario } from './scenario.ts';

const documentCount = 5000;
const editCount = 1000;
const editEveryMs = 20;
const killAfterMs = 1500;

/** kill -9 under load; what the server said it has must be there afterwards. */
export const kill: Scenario = {
  name: 'kill',
  rounds: ({ rounds }) => rounds,
  rows: () => [
    {
      id: 'kill-documents',
      measure: 'acknowledged documents lost at kill -9',
      unit: '%',
      better: 'less',
      goal: atMost(0, '%'),
    },
    {
      id: 'kill-edits',
      measure: 'acknowledged edits lost at kill -9',
      unit: '%',
      better: 'less',
      goal: atMost(0, '%'),
    },
  ],
  async measure(kind) {
    const documents = await makeDocuments(documentCount);
    const chain = await makeTypingChain(editCount);
    await using home = await Home.create(kind);
    const [uploader, typist] = await Promise.all([home.peer(), home.peer()]);
    await upload(uploader, [chain.base]);
    const editor = await Follower.open(typist, chain.base.id, chain);
    await home.server.quiet();
    let acknowledgedEdits = 0;
    editor.onAck = (place) => (acknowledgedEdits = Math.max(acknowledgedEdits, place));
    const typing = setInterval(() => editor.edit(), editEveryMs);
    const acknowledged: BenchDocument[] = [];
    const uploading = upload(uploader, documents, { onAck: (document) => acknowledged.push(document) });
    const ended = uploading.catch(() => {});
    await Bun.sleep(killAfterMs);
    await home.server.stop('SIGKILL');
    clearInterval(typing);
    await ended;
    await home.start();
    const missing = await fetchDocuments(await home.peer(), acknowledged);
    const reader = await Follower.open(await home.peer(), chain.base.id, chain);
    const lostEdits = Math.max(0, acknowledgedEdits - reader.place);
    return {
      'kill-documents': { value: (100 * missing) / Math.max(1, acknowledged.length) },
      'kill-edits': { value: (100 * lostEdits) / Math.max(1, acknowledgedEdits) },
    };
  },
};
