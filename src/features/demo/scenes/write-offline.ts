import type { UrlHeads } from '@automerge/automerge-repo/slim';
import { claim, type Stage } from '../stage.ts';
import { showWhile } from '../view.ts';
import type { Editors } from './write-together.ts';

const lookMs = 1200;

/** What the list was before the two went apart, and what it is now. */
export interface Merge {
  readonly before: UrlHeads;
  readonly after: UrlHeads;
}

/** One device is cut off, both go on in the same line, and then they meet. */
export async function writeOffline(stage: Stage, { laptop, phone }: Editors): Promise<Merge> {
  const { narrator, options } = stage;
  const { audience } = options;
  const before = laptop.heads;
  await narrator.say('The phone goes into a tunnel. Both write on, in the very same line:');
  await showWhile(stage, [laptop, phone], async () => {
    phone.device.leaveNetwork();
    await Promise.all([
      laptop.type(' (Alexander, 1977)', 'Pattern Language', audience),
      phone.type('again: ', '- ', audience),
    ]);
    await phone.type('\n- Kindred', 'Darkness', audience);
    await audience.pause(lookMs);
  });
  claim(laptop.text !== phone.text, 'The phone was offline, and yet both were the same.');
  await narrator.prove('They differ: what was written on each is only there.');
  await narrator.say('The phone is back on the network, and each side sends what the other lacks:');
  await showWhile(stage, [laptop, phone], async () => {
    await phone.device.joinNetwork();
    await Promise.all([laptop.sees(isMerged), phone.sees(isMerged)]);
  });
  await narrator.prove(
    'Both edits of the same line are there, on both devices. Nobody was asked which one to keep.',
  );
  return { before, after: laptop.heads };
}

const merged = '- again: A Pattern Language (Alexander, 1977)\n- The Left Hand of Darkness\n- Kindred';

function isMerged(text: string): boolean {
  return text === merged;
}
