import type { AutomergeUrl } from '@automerge/automerge-repo/slim';
import { beforeAbort } from './aborted.ts';
import type { Device } from './device.ts';
import { drafts, entries, type Collection, type Draft, type Entry } from './documents.ts';
import { Stage, type StageOptions } from './stage.ts';

const library = { clientId: 'https://library.example/client.json', namespace: 'xyz.groundmist.library' };
const blog = { clientId: 'https://quill.example/client.json', namespace: 'com.whtwnd.blog' };

export interface StoryOptions extends Omit<StageOptions, 'server'> {
  /** What the story opens closes with it. */
  readonly opened: AsyncDisposableStack;
}

/** The steps, each said before it is done. */
export async function tellStory(options: StoryOptions): Promise<void> {
  const { opened } = options;
  const stage = await raiseCurtain(options);

  await stage.say('\n3. Library, an app on your laptop, wants to sync xyz.groundmist.library');
  const laptop = await stage.enter({ ...library, rootDocUrl: null });
  opened.use(laptop);
  const collection = await writeLibrary(laptop);
  await stage.say(
    `  It writes a reading list and ${entries.length} entries. The server acknowledges: they are on its disk.`,
  );

  await stage.say('\n4. Library on your phone, with a key of its own, asks too');
  const phone = await stage.enter({ ...library, rootDocUrl: collection });
  opened.use(phone);
  const title = await markOnPhone(phone, laptop, collection);
  await stage.say(`  It finds the list and every entry, and marks "${title}" as read. The laptop sees that.`);

  await stage.say('\n5. Quill, a blog editor, wants to sync com.whtwnd.blog');
  const editor = await stage.enter({ ...blog, rootDocUrl: null });
  opened.use(editor);
  for (const draft of drafts) await editor.create<Draft>(draft);
  await stage.say(`  It writes ${drafts.length} drafts.`);
  if (await editor.find(collection)) throw new Error('a connection reached into another namespace');
  await stage.say(
    '  It asks for the reading list, whose address it knows: not there. A connection reaches one namespace.',
  );

  await stage.say('\n6. What is stored now');
  await stage.run(['inspect']);
  await stage.run(['inspect', 'xyz.groundmist.library.entry']);
}

async function raiseCurtain({ opened, ...options }: StoryOptions): Promise<Stage> {
  const { owner, host, program, terminal, signal } = options;
  await terminal.result('1. An identity, new and known to this machine only');
  await terminal.result(`  ${owner.did}; its directory is ${owner.plcUrl}`);
  await terminal.result('\n2. Its server');
  const shown = ['init', '--did', owner.did, '--host', host, '--port', host.replace(/^.*:/, '')];
  await terminal.result(`  $ groundmist ${shown.join(' ')}`);
  await program.run([...shown, '--yes', '--env-file', program.envFile, '--data-dir', program.dataDirectory]);
  await terminal.result('  $ groundmist serve');
  const server = opened.use(program.serve());
  await terminal.result(`    ${await beforeAbort(server.hears(readAddress), signal)}`);
  return new Stage({ ...options, server });
}

async function writeLibrary(device: Device): Promise<AutomergeUrl> {
  const written = [];
  for (const entry of entries) written.push((await device.create<Entry>(entry)).url);
  const $type = 'xyz.groundmist.library.collection';
  return (await device.create<Collection>({ $type, name: 'To read', entries: written })).url;
}

/** The title of the entry that the phone has marked, once the laptop has seen it. */
async function markOnPhone(phone: Device, laptop: Device, collection: AutomergeUrl): Promise<string> {
  const list = await phone.find<Collection>(collection);
  const [first] = await Promise.all((list?.doc().entries ?? []).map((url) => phone.find<Entry>(url)));
  const onLaptop = first && (await laptop.find<Entry>(first.url));
  if (!onLaptop) throw new Error('the phone did not get the documents of the laptop');
  first.change((entry) => {
    entry.isRead = true;
  });
  await laptop.sees(onLaptop, ({ isRead }) => isRead);
  return onLaptop.doc().title;
}

function readAddress(line: string): string | undefined {
  return line.startsWith('Listening on ') ? line : undefined;
}
