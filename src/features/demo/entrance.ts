import { z } from 'zod';
import { App } from './app.ts';
import { Device } from './device.ts';
import { claim, type Stage } from './stage.ts';

/** How an app comes in. */
export interface Entrance {
  /** `laptop` */
  readonly device: string;
  readonly clientId: string;
  readonly namespace: string;
  readonly rootDocUrl: string | null;
}

/** Says yes or no to what asks under an id, with the command that does it. */
export type Answer = (id: () => string) => Promise<void>;

/** What `serve` logs when an app asks; JSON, for it writes to no terminal here. */
const askingLine = z.object({
  message: z.string(),
  properties: z.object({ id: z.string(), app: z.string() }),
});
type Asking = z.output<typeof askingLine>;

/** An app that asks for admission until its owner has answered; what it is told. */
export async function askToComeIn(
  stage: Stage,
  { app, namespace, rootDocUrl }: Omit<Entrance, 'device' | 'clientId'> & { readonly app: App },
  answer: Answer,
) {
  const { narrator, options, server } = stage;
  const { patience } = options;
  const first = server.hears(readAsking);
  let latestId = '';
  const leave = server.follow((line) => {
    latestId = readAsking(line)?.properties.id ?? latestId;
  });
  const told = knock(app, namespace, rootDocUrl);
  told.catch(() => {}); // Awaited below; it may fail while the person thinks.
  try {
    const asked = await patience.for(
      'the question of the app',
      Promise.race([first, told.then(() => first)]),
    );
    await narrator.said(asked.message);
    await answer(() => latestId);
    return await patience.for('the answer to the app', told);
  } finally {
    leave();
  }
}

/** A wish that was not answered in ten minutes is made anew. */
async function knock(app: App, namespace: string, rootDocUrl: string | null) {
  for (;;) {
    const told = await app.signIn(namespace, rootDocUrl);
    if (told.kind !== 'waiting') return told;
  }
}

/** A new device of an app, which asks, is answered yes, and connects. */
export async function enter(stage: Stage, entrance: Entrance, answer: Answer): Promise<Device> {
  const app = await App.create({ ...stage.options, clientId: entrance.clientId });
  const told = await askToComeIn(stage, { ...entrance, app }, answer);
  claim(
    told.kind === 'admitted',
    `The app on the ${entrance.device} was not let in: ${JSON.stringify(told)}`,
  );
  return await connect(stage, entrance.device, told.token);
}

/** With a sync token, as the stock adapter takes it. */
export async function connect({ options }: Stage, name: string, token: string): Promise<Device> {
  const { host, opened, patience } = options;
  return opened.use(await Device.connect({ name, url: `ws://${host}/?token=${token}`, patience }));
}

export function approve(stage: Stage): Answer {
  return (id) => stage.show(['app', 'approve', id()], 'output');
}

function readAsking(line: string): Asking | undefined {
  if (!line.startsWith('{')) return undefined;
  return askingLine.safeParse(JSON.parse(line)).data;
}
