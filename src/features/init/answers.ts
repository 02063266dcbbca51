import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isDid, type Did } from '../../core/identity/did.ts';
import { findText, readSettings, type Setting, type Sources } from '../../platform/config.ts';
import type { Prompts } from '../../platform/prompts.ts';
import { coreSettings } from '../../settings.ts';
import type { ResolveOwner } from './resolve-owner.ts';

/** What a new server must know. */
export interface Answers {
  readonly owner: Did;
  readonly host: string | undefined;
  readonly port: string;
  readonly dataDirectory: string;
}

export interface Asking {
  /** Flags, environment and the env file that is there already. */
  readonly sources: Sources;
  readonly handle: string | undefined;
  /** Undefined where nobody may be asked: defaults are taken, and what has none is a failure. */
  readonly prompts: Prompts | undefined;
  readonly resolveOwner: ResolveOwner;
}

const { owner, host, dataDirectory } = coreSettings;
/** What stands in a settings file is to last. */
const port = {
  ...coreSettings.port,
  schema: coreSettings.port.schema.refine(
    (number) => number > 0,
    'port 0 would be another one at each start; choose one that stays',
  ),
};

/** Asks only what no flag, variable or earlier file answers; every answer is checked like the setting it becomes. */
export async function gatherAnswers(asking: Asking): Promise<Answers> {
  checkGiven(asking.sources);
  return {
    owner: await findOwner(asking),
    host:
      (await findAnswer(host, asking, {
        message: 'The public name of this server (empty: only this machine)',
        placeholder: 'sync.example.com',
      })) || undefined,
    port: await findAnswer(port, asking, { message: 'The TCP port', initial: port.default }),
    dataDirectory: await findDataDirectory(asking),
  };
}

/** All that was given and is wrong, at once and before the first question. */
function checkGiven(sources: Sources): void {
  const given = [owner, host, port, dataDirectory].filter(
    (setting) => findText(setting, sources).text !== undefined,
  );
  const reading = readSettings(Object.fromEntries(given.map((setting) => [setting.env, setting])), sources);
  if (reading.kind === 'problems') throw new Failure('Usage', reading.problems.join('\n'));
}

async function findOwner({ sources, handle, prompts, resolveOwner }: Asking): Promise<Did> {
  if (handle !== undefined) {
    if (sources.flags[owner.env] !== undefined) {
      throw new Failure('Usage', 'Give --did or --handle, not both.');
    }
    return await resolveOwner(handle);
  }
  const { text } = findText(owner, sources);
  if (text !== undefined && isDid(text)) return text;
  if (!prompts) {
    throw new Failure('Usage', 'Whose server is it? Give --did or --handle: there is nobody here to ask.');
  }
  const answer = await prompts.text({
    message: 'Your handle or DID',
    placeholder: 'alice.example.com',
    whyNot: (value) => (value.startsWith('did:') || value === '' ? whyNot(owner, value) : undefined),
  });
  return isDid(answer) ? answer : await resolveOwner(answer);
}

/** A path typed as a flag starts where the person is; any other where the env file is. */
async function findDataDirectory(asking: Asking): Promise<string> {
  const flag = asking.sources.flags[dataDirectory.env];
  if (flag !== undefined) return resolve(flag);
  return await findAnswer(dataDirectory, asking, {
    message: 'Where the documents live',
    initial: dataDirectory.default,
  });
}

async function findAnswer(
  setting: Setting,
  { sources, prompts }: Asking,
  question: { readonly message: string; readonly placeholder?: string; readonly initial?: string },
): Promise<string> {
  const { text, origin } = findText(setting, sources);
  if (!prompts || (text !== undefined && origin.kind !== 'default')) return text ?? '';
  return await prompts.text({
    ...question,
    whyNot: (value) => (value === '' && setting.default === undefined ? undefined : whyNot(setting, value)),
  });
}

function whyNot(setting: Setting, value: string): string | undefined {
  const parsed = setting.schema.safeParse(value);
  return parsed.success ? undefined : parsed.error.issues.map((issue) => issue.message).join('; ');
}
