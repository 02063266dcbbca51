import type { Plan } from './plan.ts';

/** What the plan keeps and changes in a file that was there, one sentence each. */
export function describeChanges({ envFile }: Plan): readonly string[] {
  const sentences: string[] = [];
  if (envFile.kept.length > 0) sentences.push(`Kept as they were: ${envFile.kept.join(', ')}.`);
  if (envFile.changed.length > 0) sentences.push(`Given another value: ${envFile.changed.join(', ')}.`);
  if (envFile.foreign.length > 0) sentences.push(`Left alone, not ours: ${envFile.foreign.join(', ')}.`);
  return sentences;
}

/** The plan as it would be written; the secret is not shown. */
export function describePlan(plan: Plan, secretName: string): string {
  const env = plan.envFile.text
    .split('\n')
    .map((line) => (line.includes(secretName) ? `${secretName}=(hidden)` : line))
    .join('\n');
  return [
    `# ${plan.envFile.path} (0600)`,
    env,
    `# ${plan.dataDirectory}/ (0700)`,
    '',
    `# ${plan.unit.path}`,
    plan.unit.text,
  ].join('\n');
}

/** What to do next, as lines to type. */
export function describeNext({ envFile, dataDirectory, unit, scope, answers }: Plan): string {
  const isUser = scope === 'user';
  const systemctl = isUser ? 'systemctl --user' : 'systemctl';
  const { host, port } = answers;
  return [
    `Settings:   ${envFile.path}`,
    `Documents:  ${dataDirectory}`,
    `Unit:       ${unit.path}`,
    '',
    'Try it here:',
    `  groundmist serve --env-file ${quote(envFile.path)}`,
    'Or let systemd keep it running:',
    `  ${systemctl} enable --now ${quote(unit.path)}`,
    ...(isUser ? ['  loginctl enable-linger'] : []),
    ...(host === undefined
      ? []
      : [
          'Give it HTTPS, for example with these lines for Caddy:',
          `  ${host} {`,
          `    reverse_proxy 127.0.0.1:${port}`,
          '  }',
          'Then let your apps find it:',
          `  groundmist publish ${host}`,
        ]),
  ].join('\n');
}

/** One word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./@%+,=:~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
