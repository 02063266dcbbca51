import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { App, type SignIn } from './app.ts';
import { Device } from './device.ts';
import type { Narrator } from './narrator.ts';
import type { ServerProcess } from './server-process.ts';
import { claim, type Stage, type StageOptions } from './stage.ts';

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
  fields: z.object({ id: z.string(), app: z.string() }),
});
type Asking = z.output<typeof askingLine>;

/** What is needed of the stage while an app asks. */
interface Door {
  readonly narrator: Pick<Narrator, 'said'>;
  readonly server: Pick<ServerProcess, 'hears' | 'follow'>;
  readonly options: Pick<StageOptions, 'patience'>;
}

interface Wish {
  readonly app: Pick<App, 'signIn'>;
  readonly namespace: string;
  readonly rootDocUrl: string | null;
}

type Told = Exclude<SignIn, { readonly kind: 'waiting' }>;

/** An app asks for admission until its owner has answered, however long they think. Gives what it is told. */
export async function askToComeIn(
  { narrator, options, server }: Door,
  wish: Wish,
  answer: Answer,
): Promise<Told> {
  const { patience } = options;
  const first = server.hears(readAsking);
  let latestId = '';
  const leave = server.follow((line) => {
    latestId = readAsking(line)?.fields.id ?? latestId;
  });
  const told = knock(wish);
  told.catch(() => {}); // Awaited below; it may fail while the person thinks.
  try {
    const asked = await patience.for('the question of the app', Promise.race([first, told.then(unasked)]));
    await narrator.said(asked.message);
    await answer(() => latestId);
    return await patience.for('the answer to the app', told);
  } finally {
    leave();
  }
}

/** The server lets go of a request after a while; a wish that was not answered in ten minutes is a new one then. */
async function knock({ app, namespace, rootDocUrl }: Wish): Promise<Told> {
  for (;;) {
    const told = await app.signIn(namespace, rootDocUrl);
    if (told.kind !== 'waiting') return told;
  }
}

function unasked(told: Told): never {
  const answer = told.kind === 'refused' ? told.message : told.kind;
  throw new Failure('Internal', `An app got its answer before the owner was asked: ${answer}`);
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
