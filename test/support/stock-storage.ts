import { Repo, type AutomergeUrl } from '@automerge/automerge-repo';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import bs58check from 'bs58check';
import { NodeFSStorageAdapter as NodeFSStorageAdapter1 } from 'stock-1-nodefs';
import { Repo as Repo1 } from 'stock-1-repo';
import type { Content, Generation } from './stock-client.ts';

/** A stock `Repo` with nothing but its own file storage. */
export interface StockStorage {
  create(content: Content): Promise<string>;
  /** What it loads from the disk: heads as sorted hex, and a plain copy of the content. */
  read(id: string): Promise<{ readonly heads: readonly string[]; readonly content: Content }>;
  /** Changes a document and waits until it is saved. */
  change(id: string, edit: (content: Content) => void): Promise<void>;
  /** What its `Repo.delete` does, which tells nobody when it is done. */
  delete(id: string): Promise<void>;
}

interface Handle {
  readonly documentId: string;
  heads(): unknown;
  change(edit: (content: Content) => void): void;
}

interface Opened {
  readonly handle: Handle;
  readonly content: unknown;
}

/** A fresh one each time: a stock `Repo` remembers all it has seen. */
export function openStockStorage(generation: Generation, directory: string): StockStorage {
  const isCurrent = generation === '2.5.6';
  const storage = isCurrent ? new NodeFSStorageAdapter(directory) : new NodeFSStorageAdapter1(directory);
  const repo = isCurrent ? new Repo({ storage }) : new Repo1({ storage });
  const find = async (id: string): Promise<Opened> => {
    await repo.storageId(); // Else a Repo may still write its name when the test has taken the folder away.
    if (repo instanceof Repo) {
      const handle = await repo.find<Content>(`automerge:${id}` as AutomergeUrl);
      return { handle, content: handle.doc() };
    }
    const handle = repo.find<Content>(`automerge:${id}` as never);
    return { handle, content: await handle.doc() };
  };
  return {
    async create(content) {
      const { documentId } = repo.create<Content>(content);
      await repo.flush();
      return documentId;
    },
    async read(id) {
      const { handle, content } = await find(id);
      const heads = handle.heads();
      if (!Array.isArray(heads)) throw new Error(`${id} has no heads`);
      return { heads: heads.map(toHex).toSorted(), content: structuredClone(content) as Content };
    },
    async change(id, edit) {
      const { handle } = await find(id);
      handle.change(edit);
      await repo.flush();
    },
    async delete(id) {
      for (const kind of ['snapshot', 'incremental']) await storage.removeRange([id, kind]);
    },
  };
}

/** The second generation writes heads as in its URLs. */
function toHex(head: unknown): string {
  const text = String(head);
  return /^[0-9a-f]{64}$/.test(text) ? text : Buffer.from(bs58check.decode(text)).toString('hex');
}
