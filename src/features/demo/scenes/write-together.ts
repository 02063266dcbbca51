import { Editor } from '../editor.ts';
import { claimNothingElse } from '../stored-list.ts';
import { claim, type Stage } from '../stage.ts';
import { showWhile } from '../view.ts';
import type { Pair } from './let-in.ts';

const title = { laptop: 'A Pattern Language', phone: 'The Left Hand of Darkness' };

/** The list as each device edits and shows it. */
export interface Editors {
  readonly laptop: Editor;
  readonly phone: Editor;
}

export function openEditors({ laptop, phone, onLaptop, onPhone }: Pair): Editors {
  return {
    laptop: new Editor(laptop, onLaptop, 'number'),
    phone: new Editor(phone, onPhone, 'word'),
  };
}

/** Both type at the same time, each sees the other do so, and nothing is lost. */
export async function writeTogether(stage: Stage, { laptop, phone }: Editors): Promise<void> {
  const { narrator, options } = stage;
  await narrator.say(
    'Both have the list open, and both type into it at once. Each keeps a whole copy; the server stores every letter and passes it on.',
  );
  const { audience } = options;
  await showWhile(stage, [laptop, phone], async (view) => {
    await view.tell('laptop', `types “${title.laptop}”`);
    await view.tell('phone', `types “${title.phone}” at the same time`);
    const signs = [
      laptop.seesSomebodyType().then(() => view.tell('laptop', 'sees: phone is typing')),
      phone.seesSomebodyType().then(() => view.tell('phone', 'sees: laptop is typing')),
    ];
    // The first line begins the text, the second ends it.
    await Promise.all([
      laptop.type(title.laptop, '- ', audience),
      phone.type(title.phone, '\n- ', audience),
      ...signs,
    ]);
    await Promise.all([laptop.seesNobodyType(), phone.seesNobodyType()]);
    const isWhole = (text: string): boolean => text === `- ${title.laptop}\n- ${title.phone}`;
    await Promise.all([laptop.sees(isWhole), phone.sees(isWhole)]);
  });
  const seen = { laptop: laptop.seenWhileTypingCount, phone: phone.seenWhileTypingCount };
  claim(seen.laptop > 0 && seen.phone > 0, 'The devices did not type at the same time.');
  const letterCount = title.laptop.length + title.phone.length;
  await narrator.prove(`All ${letterCount} letters are on both, none lost, none twice.`);
  await narrator.prove(
    `Live: while it typed itself, the laptop saw new letters of the phone ${seen.laptop} times, the phone of the laptop ${seen.phone} times.`,
  );
  const list = await laptop.stored();
  claimNothingElse(await options.program.run(['inspect', list.id, '--json']), list);
  await narrator.prove(
    `“phone is typing” came in ${laptop.heardCount} messages, “laptop is typing” in ${phone.heardCount}. Such signs are passed on, and what the server stores of the list has none of them.`,
  );
}
