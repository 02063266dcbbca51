import { isAbsolute, resolve } from 'node:path';
import { allSettings, describeUnknownNames } from '../../../all-settings.ts';
import { Failure } from '../../../core/failure.ts';
import { isOpen, whyNoPublicName } from '../../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../../feature.ts';
import { openedByOwner } from '../as-owner.ts';
import { isOwnDataDirectory } from '../../../core/store/find-namespaces.ts';
import { findText, readSettings, type Setting, type Sources } from '../../../platform/config.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { coreSettings } from '../../../settings.ts';
import { saysOwnTls } from '../../../tls-settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findOtherServer, findPrograms, type FindPrograms } from '../other-server.ts';
import { isSetUp } from '../set-up.ts';
import { findConflicts, findRepeated } from './conflicting-sources.ts';

const name = 'configuration';
const { ok, warning, problem } = findingsOf(name);

/** Whether every setting is there, can be used, is known, and has one value only. */
export const configuration: Check = makeConfigurationCheck(findPrograms);

export function makeConfigurationCheck(find: FindPrograms): Check {
  return {
    name,
    isBasic: true,
    async find({ configuration: { sources }, features, options, terminal }) {
      const unusable = whyNoFile(sources, options['envFile'], terminal);
      if (unusable !== undefined) return [unusable];
      const notes = (sources.notes ?? []).map((cause) => warning(cause, cureOfNote(cause, sources)));
      if (!isSetUp(sources)) return [closedFile(sources) ?? findLeft(sources) ?? notSetUp(find), ...notes];
      const settings = allSettings(features);
      const found = [
        ...findProblems(settings, sources),
        ...findConflicts(settings, sources),
        ...findRepeated(settings, sources),
        ...notes,
        ...describeUnknownNames(features, sources).map((cause) => warning(cause, unknownCure)),
        ...findAddress(sources),
        ...findRelative(sources),
      ];
      return found.length > 0 ? found : [ok(`All settings can be used; they come from ${placeOf(sources)}.`)];
    },
  };
}

/** The file of the machine that was passed over since this user may not read it: it is set up, for another. */
function closedFile({ notes = [] }: Sources): Finding | undefined {
  for (const note of notes) {
    const path = closedNote.exec(note)?.[1];
    const cure = path === undefined ? undefined : openedByOwner(path);
    if (cure !== undefined)
      return problem(`The settings are in ${path}, which this user may not read.`, cure);
  }
  return undefined;
}

/** As the search for the file says it. */
const closedNote = /^(.+) is passed over: it cannot be opened \(EACCES\)\.$/;

/** Or it has been, and this is the wrong place to look from. */
function notSetUp(find: FindPrograms): Finding {
  const nothing = 'There is no env file, and neither whose server this is nor its secret is set';
  const other = findOtherServer(find);
  if (other === undefined) {
    const cause = `${nothing}: it has not been set up, or its env file lies elsewhere (--env-file names it).`;
    return problem(cause, 'groundmist init');
  }
  const look =
    other.look === undefined ? 'go to its folder, or name its env file with --env-file' : `\`${other.look}\``;
  return problem(
    `${nothing}; but one runs on this machine, with settings of its own (${other.description}).`,
    `If that is the server you mean, ${look}; if you want one of your own, \`groundmist init\`.`,
  );
}

const unknownCure =
  'Correct the name, or take it out: nothing reads it. `groundmist config` shows all that there are.';

function placeOf({ file }: Sources): string {
  return file === undefined ? 'the environment' : file.path;
}

/** The file that was named and is none: then nothing is known. */
function whyNoFile(
  sources: Sources,
  flag: CommandContext['options'][string],
  { environment }: Pick<CommandContext['terminal'], 'environment'>,
): Finding | undefined {
  try {
    void sources.file;
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const named = typeof flag === 'string' ? flag : environment['GROUNDMIST_ENV_FILE'];
    const asOwner = named === undefined ? undefined : openedByOwner(named);
    if (asOwner !== undefined) return problem(`${error.message} It is another user's to read.`, asOwner);
    const cure =
      'Name a file that is there with --env-file or GROUNDMIST_ENV_FILE, or run `groundmist init`.';
    return problem(error.message, cure);
  }
}

function cureOfNote(note: string, sources: Sources): string {
  return note.endsWith('was not read.')
    ? 'Write the line as NAME=value, or begin it with # where it is a remark.'
    : afterPassing(sources);
}

function afterPassing({ file }: Sources): string {
  return file === undefined
    ? 'If it is yours, mend that, or name it with --env-file; if not, `groundmist init` makes one.'
    : `If it is yours, mend that, or name it with --env-file; now ${file.path} is used.`;
}

function findProblems(settings: readonly Setting[], sources: Sources): readonly Finding[] {
  const wrong = settings.flatMap((setting) => {
    const reading = readSettings({ setting }, sources);
    return reading.kind === 'problems' ? [{ setting, cause: reading.problems.join(' ') }] : [];
  });
  return wrong.map(({ setting, cause }) => problem(cause, correct(setting, sources)));
}

function correct(setting: Setting, sources: Sources): string {
  const { origin } = findText(setting, sources);
  switch (origin.kind) {
    case 'flag':
      return `Correct ${setting.flag ?? setting.env}.`;
    case 'environment':
      return `Correct ${setting.env} in the environment, or take it out: \`unset ${setting.env}\`.`;
    case 'file':
      return `Correct ${setting.env} in ${origin.path}.`;
    case 'default':
    case 'unset':
      if (setting === coreSettings.secretKey && wasServed(sources)) return bringSecret;
      return sources.file === undefined
        ? 'groundmist init'
        : `groundmist init --env-file ${shellWord(sources.file.path)}`;
  }
}

/** Documents in a place where they usually are, and no settings: those are lost, or not looked at. */
function findLeft({ environment }: Sources): Finding | undefined {
  const home = environment['HOME'];
  const dataHome = environment['XDG_DATA_HOME'] || (home && `${home}/.local/share`);
  const places = ['.data', ...(dataHome ? [`${dataHome}/groundmist`] : []), '/var/lib/groundmist'];
  const left = places.map((place) => resolve(place)).find(holdsDocuments);
  if (left === undefined) return undefined;
  const cause = `There is no env file, and a server kept its documents in ${left}: its env file was lost, or lies elsewhere (--env-file names it).`;
  return problem(cause, bringSecret);
}

/** There are documents, so there was a secret: a new one makes another server of this one, as apps see it. */
function wasServed(sources: Sources): boolean {
  const { text = '' } = findText(coreSettings.dataDirectory, sources);
  return text !== '' && holdsDocuments(resolve(text));
}

function holdsDocuments(path: string): boolean {
  try {
    return isOwnDataDirectory(path);
  } catch {
    return false; // Where this user may not look, `data-directory` tells it.
  }
}

const bringSecret =
  'Bring the env file back first, for the secret is in no backup. Only where it is lost, `groundmist init` makes a new one: no document is lost, the server has another key, and `groundmist publish` has to say so to your apps.';

function findAddress(sources: Sources): readonly Finding[] {
  const { listen, port, host, trustedProxies } = coreSettings;
  const reading = readSettings({ listen, port, host }, sources);
  if (reading.kind === 'problems') return [];
  const why = whyNoPublicName(reading.values);
  if (why !== undefined)
    return [problem(why, `Add the line to ${placeOf(sources)}, with the name of your server.`)];
  // With TLS of its own there is no proxy to believe.
  if (saysOwnTls(sources) || !isOpen(reading.values)) return [];
  if (findText(trustedProxies, sources).origin.kind !== 'default') return [];
  return [
    warning(
      `GROUNDMIST_LISTEN=${reading.values.listen} opens the port to other machines, and only a proxy on this one is believed: through a proxy elsewhere, as in another container, no app can sign in.`,
      `Set GROUNDMIST_TRUSTED_PROXIES to the addresses of your proxy; where it runs on this machine, take GROUNDMIST_LISTEN out of ${placeOf(sources)}.`,
    ),
  ];
}

/** What a relative path means depends on where the command is typed. */
function findRelative(sources: Sources): readonly Finding[] {
  const { text = '', origin } = findText(coreSettings.dataDirectory, sources);
  if (isAbsolute(text) || origin.kind === 'flag') return [];
  const now = resolve(text);
  return [
    warning(
      `DATA_DIR is ${text}${origin.kind === 'default' ? ', as it is where nothing else is set' : ''}: that is another folder wherever groundmist is started, and here it is ${now}.`,
      `Set DATA_DIR=${now} in ${placeOf(sources)}, if that is where your documents are.`,
    ),
  ];
}
