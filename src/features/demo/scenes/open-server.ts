import { App, type SignIn } from '../app.ts';
import { inventStranger } from '../owner.ts';
import { dataFolder, settingsFile } from '../program.ts';
import { claim, type Stage, type StageOptions } from '../stage.ts';

/** An identity, its settings, its server. */
export async function openServer(stage: Stage): Promise<void> {
  const { narrator, options } = stage;
  const { owner, host, folder } = options;
  await narrator.say(
    'Apps know you by an identity that is yours and no company’s: a DID, as on Bluesky. This demo invents one that is known to this machine only:',
  );
  await narrator.said(owner.did);
  await narrator.say(
    `Its server takes two commands. They run in ${folder}, where all of this demo lies; you would type the same, with your own handle and name:`,
  );
  const place = ['--env-file', settingsFile, '--data-dir', dataFolder];
  const port = host.replace(/^.*:/, '');
  await stage.type(['init', '--yes', '--did', owner.did, '--host', host, '--port', port, ...place]);
  await stage.serve();
  await narrator.say(
    'It runs. A stranger asks to sync here, first as themselves, and then under your identity without your key:',
  );
  for (const told of await turnAway(options))
    await narrator.said(`${told.status} ${told.error}: ${told.message}`);
  await narrator.prove('It belongs to that identity alone: neither got in, and you were not even asked.');
}

type Refusal = Extract<SignIn, { readonly kind: 'refused' }>;

/** Somebody else asks, and somebody who says that they are the owner; gives what they are told. */
export async function turnAway(
  options: Pick<StageOptions, 'owner' | 'host' | 'fetch' | 'clock' | 'patience'>,
): Promise<readonly Refusal[]> {
  const { clock, owner, patience } = options;
  const refusals: Refusal[] = [];
  for (const stranger of [await inventStranger(clock), await inventStranger(clock, owner.did)]) {
    const app = await App.create({
      ...options,
      owner: stranger,
      clientId: 'https://stranger.example/client.json',
    });
    const told = await patience.for('the answer to a stranger', app.signIn('xyz.groundmist.library', null));
    claim(told.kind === 'refused', 'The server did not turn a stranger away.');
    refusals.push(told);
  }
  return refusals;
}
