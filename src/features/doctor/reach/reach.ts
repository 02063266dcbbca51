import { Failure } from '../../../core/failure.ts';
import type { CommandContext } from '../../../feature.ts';
import { unlessAborted } from '../../../platform/cancelled.ts';
import type { Check, Finding } from '../finding.ts';
import { ok, warning } from './finding-makers.ts';
import { lookAtClock } from './pds-clock.ts';
import { lookAtRecord } from './record.ts';
import { lookAtSignIn } from './sign-in.ts';
import { Survey } from './survey.ts';
import { systemSurroundings, type Surroundings } from './surroundings.ts';
import { lookAtClientAddress } from './client-address.ts';
import { lookAtWebSocket } from './web-socket.ts';

type Ask = (survey: Survey, publicUrl: URL) => Promise<readonly Finding[]>;

/** What is looked at for every server. */
const account: Readonly<Record<string, (survey: Survey) => Promise<readonly Finding[]>>> = {
  identity: async (survey) => (await survey.identity()).findings,
  async clock(survey) {
    const { value } = await survey.identity();
    return value === undefined ? [] : [await lookAtClock(survey, value)];
  },
};

/** What is looked at where there is a public name, each on the shoulders of those before it. */
const publicName: Readonly<Record<string, Ask>> = {
  async record(survey, publicUrl) {
    const { value } = await survey.identity();
    return value === undefined ? [] : [await lookAtRecord(survey, value, publicUrl)];
  },
  dns: async (survey, publicUrl) => (await survey.names(publicUrl)).findings,
  tls: async (survey, publicUrl) => (await survey.certificates(publicUrl)).findings,
  proxy: async (survey, publicUrl) => (await survey.proxy(publicUrl)).findings,
  async 'client-address'(survey, publicUrl) {
    const { value } = await survey.proxy(publicUrl);
    return value === undefined ? [] : [lookAtClientAddress(value, publicUrl)];
  },
  async 'sign-in'(survey, publicUrl) {
    const { value } = await survey.proxy(publicUrl);
    return value === undefined ? [] : lookAtSignIn(survey, value, publicUrl);
  },
  async websocket(survey, publicUrl) {
    const { value } = await survey.proxy(publicUrl);
    return value === undefined ? [] : [await lookAtWebSocket(survey, value, publicUrl)];
  },
};

/** Everything that is checked over the network, from this machine. */
export function reachChecks(surroundings: Surroundings = systemSurroundings): readonly Check[] {
  const surveys = new WeakMap<CommandContext, Survey | 'none'>();
  const look = async (context: CommandContext, ask: (survey: Survey) => Promise<readonly Finding[]>) => {
    const known = surveys.get(context);
    if (known === 'none') return [];
    const survey = known ?? openSurvey(context, surroundings);
    if (!(survey instanceof Survey)) {
      surveys.set(context, 'none');
      return [survey];
    }
    surveys.set(context, survey);
    return await unlessAborted(context.signal, ask(survey));
  };
  return [
    ...Object.entries(account).map(([name, ask]) => ({
      name,
      find: (context: CommandContext) => look(context, ask),
    })),
    ...Object.entries(publicName).map(([name, ask]) => ({
      name,
      find: (context: CommandContext) =>
        look(context, async (survey) => {
          const { publicUrl } = survey.place;
          if (publicUrl !== undefined) return await ask(survey, publicUrl);
          return name === 'dns' ? [withoutName] : [];
        }),
    })),
  ];
}

const withoutName = ok(
  'dns',
  'There is no public name (GROUNDMIST_HOST), so the server is for this machine alone: record, DNS, TLS, proxy and WebSocket were left out.',
);

function openSurvey(context: CommandContext, surroundings: Surroundings): Survey | Finding {
  try {
    const survey = new Survey(context, surroundings);
    survey.begin();
    return survey;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const cause =
      'Nothing was checked over the network: the settings that it needs are missing or cannot be used.';
    return warning('identity', cause, 'groundmist init');
  }
}
