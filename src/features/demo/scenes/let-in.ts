import { isDeepStrictEqual } from 'node:util';
import type { AutomergeUrl, DocHandle } from '@automerge/automerge-repo/slim';
import { App, type SignIn } from '../app.ts';
import type { Device } from '../device.ts';
import { emptyList, type Collection, type ReadingList } from '../documents.ts';
import { approve, askToComeIn, connect, enter, type Answer, type Entrance } from '../entrance.ts';
import { claim, type Stage } from '../stage.ts';

const library = { clientId: 'https://library.example/client.json', namespace: 'xyz.groundmist.library' };

/** A reading list, open on two devices. */
export interface Pair {
  readonly laptop: Device;
  readonly phone: Device;
  readonly onLaptop: DocHandle<ReadingList>;
  readonly onPhone: DocHandle<ReadingList>;
  /** The root document. */
  readonly collection: AutomergeUrl;
}

/** An app asks on two devices; its owner answers. */
export async function letIn(stage: Stage): Promise<Pair> {
  const { narrator } = stage;
  await narrator.say(
    'Library, an app that keeps reading lists, runs on your laptop. It knows where your server is, proves that it acts for you, and asks to come in with documents of its own kind. The server says:',
  );
  const laptop = await enter(stage, { ...library, device: 'laptop', rootDocUrl: null }, async (id) => {
    await narrator.say('Nobody gets in without your yes. On the command line that is:');
    await approve(stage)(id);
  });
  const { list, collection } = await startList(laptop);
  await narrator.say(
    'Library on your phone asks, too. Its key is another one, so it needs a yes of its own:',
  );
  const phone = await phoneComesIn(stage, { ...library, device: 'phone', rootDocUrl: collection });
  const onPhone = await phone.find<Collection>(collection);
  const url = onPhone?.doc().documents[0];
  const found = url && (await phone.find<ReadingList>(url));
  claim(found !== undefined, 'The phone did not get the list that the laptop has made.');
  await narrator.prove('Both are in, and the list that the laptop made is on the phone already.');
  return { laptop, phone, onLaptop: list, onPhone: found, collection };
}

async function startList(
  laptop: Device,
): Promise<{ list: DocHandle<ReadingList>; collection: AutomergeUrl }> {
  const list = await laptop.create<ReadingList>(emptyList);
  const $type = 'xyz.groundmist.library.collection';
  const root = await laptop.create<Collection>({ $type, name: 'Library', documents: [list.url] });
  return { list, collection: root.url };
}

/** The person may say no: then the app is told so, and let in after all, for the story needs two devices. */
async function phoneComesIn(stage: Stage, entrance: Entrance): Promise<Device> {
  const { narrator, options } = stage;
  const app = await App.create({ ...options, clientId: entrance.clientId });
  let deniedId: string | undefined;
  const answer: Answer = async (id) => {
    const isYes = await options.audience.confirm('Let Library on your phone in?');
    if (isYes === undefined) await narrator.say('Nobody is asked here, so the demo says yes:');
    if (isYes !== false) return await approve(stage)(id);
    deniedId = id();
    await stage.show(['app', 'deny', deniedId], 'output');
  };
  const told = await askToComeIn(stage, { ...entrance, app }, answer);
  if (told.kind === 'admitted') return await connect(stage, entrance.device, told.token);
  claim(deniedId !== undefined, `The phone was refused, and nobody had said no: ${told.message}`);
  await narrator.say(`The phone gets nothing. It is told: ${told.status} ${told.error}, “${told.message}”`);
  const ask = (what: string): Promise<SignIn> =>
    options.patience.for(what, app.signIn(entrance.namespace, entrance.rootDocUrl));
  const repeated = await ask('the refusal of the phone that asks again');
  claim(isDeepStrictEqual(repeated, told), 'The phone was told something else when it asked again.');
  await narrator.say(
    'It asks again, and is told the same; you are not bothered. But what follows needs two devices, so here the owner has second thoughts:',
  );
  await stage.show(['app', 'approve', deniedId], 'output');
  const again = await ask('the second answer to the phone');
  claim(again.kind === 'admitted', 'The phone was not let in, although it was approved.');
  return await connect(stage, entrance.device, again.token);
}
