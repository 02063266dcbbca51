import type { z } from 'zod';
import { hide, hideMisplaced, redact, redactSaidOf, redactValue } from './redact.ts';
import { looksLikeKey } from './key-text.ts';

/** One setting, declared once: help, completion, docs and `config` follow from it. */
export interface Setting {
  /** Its name in the environment and in env files. */
  readonly env: string;
  /** `--port`: only settings that people change for one run have a flag. */
  readonly flag?: string;
  /** What stands for the value in help: `port`, `directory`. */
  readonly placeholder: string;
  readonly summary: string;
  /** All that it may be, where these are few. */
  readonly choices?: readonly string[];
  /** Reads the text of the value. */
  readonly schema: z.ZodType<unknown, string>;
  readonly default?: string;
  readonly otherDefault?: OtherDefault;
  readonly required?: true;
  readonly secret?: true;
}

/** What stands in place of the default where other settings ask for it. */
export interface OtherDefault {
  readonly text: string;
  /** When, for people: `with TLS of its own`. */
  readonly where: string;
  /** The same for us; `isSaid` tells whether another setting is set, and to this text where one is given. */
  applies(isSaid: (env: string, text?: string) => boolean): boolean;
}

export type Settings = Readonly<Record<string, Setting>>;

/** The parsed values of a group of settings; undefined only where there is neither default nor need. */
export type Values<S extends Settings> = {
  readonly [Name in keyof S]:
    | z.output<S[Name]['schema']>
    | (S[Name] extends { readonly default: string } | { readonly required: true } ? never : undefined);
};

export type Origin =
  | { readonly kind: 'flag' }
  | { readonly kind: 'environment' }
  | { readonly kind: 'file'; readonly path: string; readonly line?: number | undefined }
  | { readonly kind: 'default' }
  | { readonly kind: 'unset' };

export interface Sources {
  /** By env name. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: SourceFile | undefined;
  /** What was passed over in the search for the file, and lines of it that were not read, each a sentence. */
  readonly notes?: readonly string[];
}

export interface SourceFile {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
  /** Where each value begins. */
  readonly lines?: Readonly<Record<string, number>>;
}

export interface FoundText {
  readonly text: string | undefined;
  readonly origin: Origin;
}

/** The text of one setting and which source won: flag, environment, file, default. A secret is hidden from here on. */
export function findText(setting: Setting, sources: Sources): FoundText {
  for (const found of findTexts(setting, sources)) {
    if (setting.secret === true && found.text !== undefined) hide(found.text);
    return found;
  }
  return { text: undefined, origin: { kind: 'unset' } };
}

/** All that is said of a setting, the source that wins first; an env file is not opened before the others have been heard. An empty value counts as unset, but for a flag. */
export function* findTexts(setting: Setting, sources: Sources): Generator<FoundText> {
  yield* findSaid(setting.env, sources);
  const preset = defaultOf(setting, sources);
  if (preset !== undefined) yield { text: preset, origin: { kind: 'default' } };
}

function* findSaid(env: string, sources: Sources): Generator<FoundText> {
  const flag = sources.flags[env];
  if (flag !== undefined) yield { text: flag, origin: { kind: 'flag' } };
  const environment = sources.environment[env];
  if (environment) yield { text: environment, origin: { kind: 'environment' } };
  const { file } = sources;
  const text = file?.values[env];
  if (file && text) yield { text, origin: { kind: 'file', path: file.path, line: file.lines?.[env] } };
}

function defaultOf({ default: preset, otherDefault }: Setting, sources: Sources): string | undefined {
  const isSaid = (env: string, text?: string): boolean => {
    const [said] = findSaid(env, sources);
    return said !== undefined && (text === undefined || said.text === text);
  };
  return otherDefault?.applies(isSaid) ? otherDefault.text : preset;
}

/** The value as a person may see it, who may have put a secret into the wrong place. Undefined where nothing of it may be seen. */
export function visibleText(setting: Setting, text: string): string | undefined {
  if (setting.secret === true || looksLikeKey(text)) return undefined;
  const isUsable = setting.schema.safeParse(text).success && !/^[0-9a-f]{64,}$/i.test(text);
  return isUsable ? redact(text) : redactValue(text);
}

export type Reading<S extends Settings> =
  | { readonly kind: 'values'; readonly values: Values<S> }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Every setting of the group parsed, or a sentence for each one that is missing or wrong. No value of a secret is repeated. */
export function readSettings<S extends Settings>(settings: S, sources: Sources): Reading<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const { text, origin } = findText(setting, sources);
    if (text === undefined) {
      if (setting.required) problems.push(`${setting.env} is not set: ${setting.summary}`);
      continue;
    }
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(describeProblem(setting, text, origin, parsed.error));
  }
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'values', values: values as Values<S> };
}

function describeProblem(setting: Setting, text: string, origin: Origin, error: z.ZodError): string {
  hideMisplaced(text);
  // Of a key not even the beginning.
  const shown = setting.secret || looksLikeKey(text) ? '' : ` "${redactValue(text).slice(0, 80)}"`;
  const from =
    origin.kind === 'file' ? ` (in ${origin.path})` : origin.kind === 'flag' ? ` (${setting.flag})` : '';
  return `${setting.env}${shown}${from}: ${redactSaidOf(text, error.issues.map((issue) => issue.message).join('; '))}`;
}
