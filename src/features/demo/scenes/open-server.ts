import { dataFolder, settingsFile } from '../program.ts';
import type { Stage } from '../stage.ts';

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
  await narrator.prove('It runs, and belongs to that identity: nobody else can sync here.');
}
