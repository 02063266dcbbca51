import { isDeepStrictEqual } from 'node:util';
import { decodeHeads, type UrlHeads } from '@automerge/automerge-repo/slim';
import { z } from 'zod';
import type { ReadingList } from './documents.ts';
import { claim } from './stage.ts';

const shownList = z.object({ heads: z.array(z.string()), content: z.unknown() });

/** A list as a device has it. */
export interface HeldList {
  readonly heads: UrlHeads;
  readonly content: ReadingList;
}

/** Fails where `inspect --json` shows a list that has anything, now or in its history, beyond what the device holds. */
export function claimNothingElse(inspected: string, { heads, content }: HeldList): void {
  const stored = shownList.parse(JSON.parse(inspected));
  const isSame = isDeepStrictEqual(stored.heads.toSorted(), decodeHeads(heads).toSorted());
  claim(
    isSame && isDeepStrictEqual(stored.content, { ...content }),
    'The server stores something else than what was typed.',
  );
}
