import { decodeHeads, type UrlHeads } from '@automerge/automerge-repo/slim';
import type { Stage } from '../stage.ts';
import type { Pair } from './let-in.ts';
import type { Merge } from './write-offline.ts';

/** What is stored: the tree, and how the list came to be. */
export async function lookInside(stage: Stage, { onLaptop }: Pair, { before, after }: Merge): Promise<void> {
  const { narrator } = stage;
  await narrator.say(
    'All of it lies in one folder, which you can look into at any time, also without a server:',
  );
  await stage.show(['inspect'], 'table');
  await narrator.say('Every document keeps its history: here are the latest changes of the list.');
  await stage.show(['inspect', onLaptop.documentId, '--history', '--limit', '4'], 'table');
  await narrator.say('And what became different while the phone was in the tunnel:');
  const moments = `${momentOf(before)}..${momentOf(after)}`;
  await stage.show(['inspect', onLaptop.documentId, '--diff', moments], 'output');
}

/** The first digits of its hashes, as `inspect` takes them. */
function momentOf(heads: UrlHeads): string {
  return decodeHeads(heads)
    .map((hash) => hash.slice(0, 10))
    .join(',');
}
