import type { DocumentId } from '@automerge/automerge-repo/slim';
import { Diarist } from '../diarist.ts';
import { emptyDiary, type Diary } from '../documents.ts';
import { countRecovered, readEntries } from '../recovery.ts';
import { claim, type Stage } from '../stage.ts';
import { showWhile } from '../view.ts';
import type { Pair } from './let-in.ts';

const entryMs = 50;
const entriesBefore = 40;
const entriesAfter = 20;

/** Both devices write while the server is killed; what it had acknowledged is there, and they go on. */
export async function killServer(stage: Stage, pair: Pair): Promise<void> {
  const { narrator, options } = stage;
  const { id, both } = await openDiary(pair);
  await narrator.say(
    'Both write into a diary, entry after entry, and the server acknowledges what is on its disk. In the middle of it the server is killed, without a warning:',
  );
  let goal = Infinity;
  const countAcknowledged = (): number => both.flatMap((one) => one.acknowledged).length;
  const countWaiting = (): number => both.flatMap((one) => one.written).length - countAcknowledged();
  const isInTheMiddle = (): boolean => countAcknowledged() >= entriesBefore && countWaiting() > 0;
  let waitingCount = 0;
  const pause = (): Promise<void> => options.audience.pause(entryMs);
  const writing = Promise.all(both.map((one) => one.write(() => countAcknowledged() >= goal, pause)));
  writing.catch(() => {}); // Awaited below.
  await showWhile(stage, both, async () => {
    await Promise.race([writing, reaches(stage, both, isInTheMiddle)]);
    waitingCount = countWaiting();
    claim(waitingCount > 0, 'Nothing was on its way when the server was killed.');
    await stage.server.kill();
    await Promise.all(both.map(({ device }) => device.disconnected()));
  });
  await narrator.command(['kill', '-9', String(stage.server.processId)]);
  await proveRecovered(stage, { id, both, waitingCount });
  await narrator.say(
    'It is started again. Nobody touches the devices: their apps knock until it answers, and go on.',
  );
  await stage.serve();
  goal = countAcknowledged() + entriesAfter;
  await showWhile(stage, both, async () => {
    await writing;
  });
  const written = both.flatMap((one) => one.written);
  const stored = readEntries(await options.program.run(['inspect', id, '--json']));
  await narrator.prove(
    `${countRecovered(written, stored)} edits of both devices are stored, also those that were on their way when it was killed.`,
  );
}

async function openDiary({ laptop, phone }: Pair): Promise<{ id: DocumentId; both: readonly Diarist[] }> {
  const onLaptop = await laptop.create<Diary>(emptyDiary);
  const onPhone = await phone.find<Diary>(onLaptop.url);
  claim(onPhone !== undefined, 'The phone did not get the diary that the laptop has made.');
  const both = [new Diarist(laptop, onLaptop, 'number'), new Diarist(phone, onPhone, 'word')];
  return { id: onLaptop.documentId, both };
}

interface Killed {
  readonly id: DocumentId;
  readonly both: readonly Diarist[];
  /** Entries without an answer at that moment. */
  readonly waitingCount: number;
}

/** Reads the diary while no server runs and no device is there to bring back what was lost. */
async function proveRecovered(stage: Stage, { id, both, waitingCount }: Killed): Promise<void> {
  const acknowledged = both.flatMap((one) => one.acknowledged);
  const stored = readEntries(await stage.type(['inspect', id, '--json']));
  const found = countRecovered(acknowledged, stored);
  await stage.narrator.prove(
    `${found} acknowledged edits are on the disk, read and counted while no server runs. (When it was killed, ${waitingCount} more had no answer yet.)`,
  );
}

async function reaches(
  { options }: Stage,
  both: readonly Diarist[],
  isReached: () => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isReached()) resolve();
  };
  const leave = both.map((one) => one.watch(look));
  look();
  try {
    await options.patience.for('the first entries of the diary', promise);
  } finally {
    for (const end of leave) end();
  }
}
