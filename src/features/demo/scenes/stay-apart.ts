import { draft, type Draft } from '../documents.ts';
import { approve, enter } from '../entrance.ts';
import { claim, type Stage } from '../stage.ts';
import type { Pair } from './let-in.ts';

const blog = { clientId: 'https://quill.example/client.json', namespace: 'com.whtwnd.blog' };

/** Another app, let in for documents of its own, cannot reach those of the first. */
export async function stayApart(stage: Stage, { collection, onLaptop }: Pair): Promise<void> {
  const { narrator } = stage;
  await narrator.say('Quill, a blog editor, asks for a folder of its own:');
  const editor = await enter(stage, { ...blog, device: 'Quill', rootDocUrl: null }, approve(stage));
  await editor.create<Draft>(draft);
  await narrator.prove('It is in, and its first draft is stored.');
  const [root, list] = await Promise.all([editor.find(collection), editor.find(onLaptop.url)]);
  claim(root === undefined && list === undefined, 'An app reached documents of another.');
  await narrator.prove(
    'It asks for the reading list by its exact address, and gets nothing: your yes was for its own folder.',
  );
}
