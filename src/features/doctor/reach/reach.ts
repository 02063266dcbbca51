import type { CommandContext } from '../../../feature.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { tellByAddress } from './by-address.ts';
import { lookAtClientAddress } from './client-address.ts';
import type { Looked } from './looked.ts';
import { lookAtClock } from './pds-clock.ts';
import { needs } from './place.ts';
import type { Probed } from './proxy.ts';
import { lookAtRecord } from './record.ts';
import { lookAtSignIn } from './sign-in.ts';
import { Survey } from './survey.ts';
import { systemSurroundings, type Surroundings } from './surroundings.ts';
import { lookAtWebSocket } from './web-socket.ts';

/** Everything that is checked over the network, from this machine. */
export function reachChecks(surroundings: Surroundings = systemSurroundings): readonly Check[] {
  const surveys = new WeakMap<CommandContext, Survey>();
  const surveyOf = (context: CommandContext): Survey => {
    const survey = surveys.get(context) ?? Survey.begin(context, surroundings);
    surveys.set(context, survey);
    return survey;
  };
  return [
    ...Object.entries(ofAccount).map(([name, ask]) => ({
      name,
      needs,
      find: async (context: CommandContext) => ask(surveyOf(context)),
    })),
    ...Object.entries(ofPublicName).map(([name, ask]) => ({
      name,
      needs,
      async find(context: CommandContext) {
        const survey = surveyOf(context);
        const { publicUrl } = survey.place;
        return publicUrl === undefined ? [findingsOf(name).unchecked(noName)] : ask(survey, publicUrl);
      },
    })),
  ];
}

const noName = 'There is no public name (GROUNDMIST_HOST), so this server is for this machine alone.';

/** To publish such a name would take the record away from the server that apps use. */
function whyNoRecord({ host }: URL): string {
  return `${host} is this machine alone; the public record may be that of another server of yours.`;
}

type Findings = Promise<readonly Finding[]>;

/** What is looked at for every server. */
const ofAccount: Readonly<Record<string, (survey: Survey) => Findings>> = {
  identity: async (survey) => (await survey.identity()).findings,
  clock: async (survey) =>
    standingOn('clock', await survey.identity(), (account) => lookAtClock(survey, account)),
};

/** What is looked at where there is a public name, each on the shoulders of those before it. */
const ofPublicName: Readonly<Record<string, (survey: Survey, publicUrl: URL) => Findings>> = {
  record: async (survey, publicUrl) =>
    publicUrl.protocol === 'http:'
      ? [findingsOf('record').unchecked(whyNoRecord(publicUrl))]
      : standingOn('record', await survey.identity(), (account) => lookAtRecord(survey, account, publicUrl)),
  dns: async (survey, publicUrl) => (await survey.names(publicUrl)).findings,
  tls: async (survey, publicUrl) => (await survey.certificates(publicUrl)).findings,
  proxy: async (survey, publicUrl) => (await survey.proxy(publicUrl)).findings,
  'client-address': (survey, publicUrl) =>
    atEach('client-address', survey.proxy(publicUrl), (probed) =>
      lookAtClientAddress(probed, publicUrl, survey.place),
    ),
  'sign-in': (survey, publicUrl) =>
    atEach('sign-in', survey.proxy(publicUrl), (probed) => lookAtSignIn(survey, probed, publicUrl)),
  websocket: (survey, publicUrl) =>
    atEach('websocket', survey.proxy(publicUrl), (probed) => lookAtWebSocket(survey, probed, publicUrl)),
};

/** The finding of a look that stands on another, or that it could not be made because of that one. */
async function standingOn<Value>(
  name: string,
  looked: Looked<Value>,
  look: (value: Value) => Finding | Promise<Finding>,
): Findings {
  if ('why' in looked) return [findingsOf(name).unchecked(looked.why)];
  return [await look(looked.value)];
}

/** The same look by every address of the public name. */
async function atEach(
  name: string,
  looking: Promise<Looked<readonly Probed[]>>,
  look: (probed: Probed) => Finding | Promise<Finding>,
): Findings {
  const looked = await looking;
  if ('why' in looked) return [findingsOf(name).unchecked(looked.why)];
  const found = looked.value.map(async (probed) => ({
    address: probed.address,
    isInside: probed.isInside,
    findings: [await look(probed)],
  }));
  return tellByAddress(await Promise.all(found));
}
