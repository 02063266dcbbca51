import { shellWord } from '../../platform/shell-word.ts';
import type { Stage } from './stage.ts';

export interface Finale {
  /** What a person types to run this program from where they are. */
  readonly typed: string;
  readonly dataDirectory: string;
  /** The server of the demo is still there to be looked at. */
  readonly staysUp: boolean;
}

type Line = readonly [command: string, effect: string];

/** What to do next. */
export async function tellNext(
  { narrator }: Pick<Stage, 'narrator'>,
  { typed, dataDirectory, staysUp }: Finale,
): Promise<void> {
  await narrator.heading('Now yours');
  await narrator.say('A server of your own:');
  await narrator.lines(
    listed(
      [
        [`${typed} init`, 'asks a few questions'],
        [`${typed} serve`, 'runs it'],
        [`${typed} publish sync.example.com`, 'tells your apps where it is'],
      ],
      narrator.width,
    ),
  );
  await narrator.say(
    'You write an app? It takes two requests and a WebSocket, with a stock automerge-repo: docs/protocol.md has all of it.',
  );
  if (!staysUp) return;
  await narrator.say('The server of this demo is still up. Look around, in another terminal:');
  for (const command of ['status', 'app list', 'inspect']) {
    await narrator.command([typed, command, '--data-dir', shellWord(dataDirectory)]);
  }
}

/** Commands with what they do beside them, or below them where there is no room. */
function listed(lines: readonly Line[], width: number): readonly string[] {
  const widest = Math.max(...lines.map(([command]) => command.length));
  const longest = Math.max(...lines.map(([, effect]) => effect.length));
  if (widest + longest + 7 > width)
    return lines.flatMap(([command, effect]) => [`  ${command}`, `    ${effect}`]);
  return lines.map(([command, effect]) => `  ${command.padEnd(widest)}   ${effect}`);
}
