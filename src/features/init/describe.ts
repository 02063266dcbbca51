import type { Plan } from './plan.ts';
import { serviceUser } from './unit.ts';

/** What the plan keeps and changes in a file that was there, one sentence each. */
export function describeChanges({ envFile }: Plan): readonly string[] {
  const sentences: string[] = [];
  if (envFile.kept.length > 0) sentences.push(`Kept as they were: ${envFile.kept.join(', ')}.`);
  if (envFile.changed.length > 0) sentences.push(`Given another value: ${envFile.changed.join(', ')}.`);
  if (envFile.foreign.length > 0) sentences.push(`Left alone, not ours: ${envFile.foreign.join(', ')}.`);
  return sentences;
}

/** The plan as it would be written; neither the secret is shown nor lines that are not ours, for theirs may be secrets too. */
export function describePlan({ envFile, dataDirectory, unit }: Plan, secretName: string): string {
  const own = envFile.own.map((line) => (line.includes(secretName) ? `${secretName}=(hidden)` : line));
  const otherCount = envFile.text.trimEnd().split('\n').length - envFile.own.join('\n').split('\n').length;
  const others = otherCount === 1 ? '… 1 other line kept' : `… ${otherCount} other lines kept`;
  return [
    `# ${envFile.path} (0600)`,
    ...own,
    ...(otherCount === 0 ? [] : [others]),
    '',
    `# ${dataDirectory}/ (0700)`,
    '',
    `# ${unit.path}`,
    unit.text,
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
    ...(isUser ? [] : describeServiceUser(envFile.path, dataDirectory)),
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

/** The machine's unit runs as a user of its own: as root, a fault in the server would be one of the machine. */
function describeServiceUser(envFile: string, dataDirectory: string): readonly string[] {
  return [
    `The unit runs as the user ${serviceUser}, not as root. Make it once, and give it what it reads and writes:`,
    `  useradd --system --no-create-home --shell /usr/sbin/nologin ${serviceUser}`,
    `  chown -R ${serviceUser}: ${quote(envFile)} ${quote(dataDirectory)}`,
  ];
}

/** One word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./@%+,=:~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
