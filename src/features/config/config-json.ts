import { visibleText, type FoundText, type Setting, type Sources } from '../../platform/config.ts';
import type { ShownSetting } from './shown-setting.ts';

/** What `config --json` prints: a stable shape, described in docs/json.md. No secret is in it, used or not. */
export function configJson(
  shown: readonly ShownSetting[],
  problems: readonly string[],
  { file, notes }: Sources,
): unknown {
  return {
    envFile: file?.path ?? null,
    passedOver: notes ?? [],
    settings: shown.map(settingJson),
    problems,
  };
}

function settingJson({ setting, used, shadowed, problem }: ShownSetting): unknown {
  const { env, flag, summary, default: preset, choices, secret, required } = setting;
  return {
    name: env,
    ...foundJson(setting, used ?? { text: undefined, origin: { kind: 'unset' } }),
    secret: secret === true,
    required: required === true,
    flag: flag ?? null,
    default: preset ?? null,
    choices: choices ?? null,
    summary,
    problem: problem ?? null,
    shadowed: shadowed.map((found) => foundJson(setting, found)),
  };
}

function foundJson(setting: Setting, { text, origin }: FoundText) {
  return {
    value: text === undefined ? null : (visibleText(setting, text) ?? null),
    origin: origin.kind,
    path: origin.kind === 'file' ? origin.path : null,
    line: origin.kind === 'file' ? (origin.line ?? null) : null,
  };
}
