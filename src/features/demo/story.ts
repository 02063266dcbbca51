import { Failure } from '../../core/failure.ts';
import { Cancelled } from '../../platform/cancelled.ts';
import { OutputClosed, OutputFailed } from '../../platform/terminal.ts';
import { killServer } from './scenes/kill-server.ts';
import { letIn } from './scenes/let-in.ts';
import { lookInside } from './scenes/look-inside.ts';
import { openServer } from './scenes/open-server.ts';
import { stayApart } from './scenes/stay-apart.ts';
import { writeOffline } from './scenes/write-offline.ts';
import { openEditors, writeTogether } from './scenes/write-together.ts';
import type { Stage } from './stage.ts';

const sceneCount = 7;

/** The scenes, in order; what one has made the next ones use. */
export async function tellStory(stage: Stage): Promise<void> {
  const { narrator } = stage;
  await narrator.lines([narrator.paint('title', 'groundmist demo')]);
  await narrator.say(
    'A sync server of your own, and two devices that use it: real ones, on this machine only, with no account and no network. Ctrl-C at any moment ends it and removes everything.',
  );
  const tell = teller(stage);
  await tell('A server of your own', () => openServer(stage));
  const pair = await tell('Two devices ask to come in', () => letIn(stage));
  const editors = openEditors(pair);
  await tell('Both write at once', () => writeTogether(stage, editors));
  const merge = await tell('One is offline', () => writeOffline(stage, editors));
  await tell('Another app sees none of it', () => stayApart(stage, pair));
  await tell('The server is killed', () => killServer(stage, pair));
  await tell('What is stored now', () => lookInside(stage, pair, merge));
}

/** What is not the fault of a scene: the person has left, or nobody reads what it says. */
const ends = [Cancelled, OutputClosed, OutputFailed];

type Tell = <Result>(title: string, play: () => Promise<Result>) => Promise<Result>;

/** Plays one scene after the other; one that fails says which it was. */
function teller(stage: Stage): Tell {
  const { narrator, options } = stage;
  const { terminal } = options;
  let number = 0;
  return async (title, play) => {
    if (number > 0) await options.audience.goOn();
    number += 1;
    await narrator.heading(title, `${number}/${sceneCount}`);
    try {
      return await play();
    } catch (error) {
      if (ends.some((End) => error instanceof End)) throw error;
      if (terminal.isVerbose) terminal.problem(`The server said last:\n${stage.lastLines.join('\n')}`);
      throw inScene(`${number} of ${sceneCount}, “${title}”`, error);
    }
  };
}

function inScene(scene: string, error: unknown): Failure {
  const code = error instanceof Failure ? error.code : 'Internal';
  const why = error instanceof Error ? error.message : String(error);
  return new Failure(code, `The demo stopped in scene ${scene}. ${why}`, { cause: error });
}
