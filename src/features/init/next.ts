import { statSync } from 'node:fs';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { isPublicName } from './host-answer.ts';
import type { Plan, PlannedUnit } from './plan.ts';
import { caddyFolder, ownSite, type Caddy } from './surroundings.ts';
import { serviceUser } from './unit.ts';

export interface Going {
  /** What the person types for `groundmist`. */
  readonly command: string;
  /** Whether commands find the env file by themselves. */
  readonly isFound: boolean;
  readonly isRoot: boolean;
  /** The number of the user of the machine's service, where there is one. */
  readonly serviceUserId: number | undefined;
  readonly caddy: Caddy;
  /** Whether anything was written. */
  readonly isChanged: boolean;
  readonly isPublished: boolean;
}

interface Step {
  readonly what: string;
  readonly lines: readonly string[];
}

/** What to do next, as lines to type. */
export function describeNext(plan: Plan, going: Going): string {
  const steps = [startStep(plan, going), proxyStep(plan, going), publishStep(plan, going)].filter(
    (step) => step !== undefined,
  );
  const described = steps.flatMap(({ what, lines }, index) => [
    `  ${index + 1}. ${what}`,
    ...lines.map((line) => `     ${line}`),
  ]);
  return ['Next:', ...described].map(escapeUnprintable).join('\n');
}

function startStep(plan: Plan, going: Going): Step {
  const { unit } = plan;
  if (unit === undefined) {
    const isRunning = plan.envFile.kept.length > 0 && going.isChanged;
    const what = isRunning ? 'Start the server; where it runs, stop it first:' : 'Start the server:';
    return { what, lines: [`${going.command} serve${envFileFlag(plan, going)}`] };
  }
  if (unit.isKnown && going.isChanged) return restartStep(unit, going);
  if (unit.scope === 'user') {
    const lines = [`loginctl enable-linger && systemctl --user enable --now ${shellWord(unit.path)}`];
    return { what: 'Start the server, now and with the machine:', lines };
  }
  const asRoot = going.isRoot ? '' : 'sudo ';
  const commands = [...serviceUserCommands(plan, going), `systemctl enable --now ${shellWord(unit.path)}`];
  return {
    what: `Start the server, now and with the machine, as the user ${serviceUser}:`,
    lines: commands.map((command, index) => {
      const isLast = index === commands.length - 1;
      return `${asRoot}${command}${isLast ? '' : ' &&'}`;
    }),
  };
}

function restartStep({ scope }: PlannedUnit, { isRoot }: Going): Step {
  const systemctl = scope === 'user' ? 'systemctl --user' : isRoot ? 'systemctl' : 'sudo systemctl';
  const lines = [`${systemctl} daemon-reload && ${systemctl} restart groundmist`];
  return { what: 'Restart the server, which then takes up what changed:', lines };
}

/** The machine's unit runs as a user of its own: as root, a fault in the server would be one of the machine. */
function serviceUserCommands({ envFile, dataDirectory }: Plan, { serviceUserId }: Going): readonly string[] {
  const own = [envFile.path, dataDirectory];
  const areTheirs = own.every(
    (path) => statSync(path, { throwIfNoEntry: false })?.uid === (serviceUserId ?? -1),
  );
  return [
    ...(serviceUserId === undefined
      ? [`useradd --system --no-create-home --shell /usr/sbin/nologin ${serviceUser}`]
      : []),
    ...(areTheirs ? [] : [`chown -R ${serviceUser}: ${own.map(shellWord).join(' ')}`]),
  ];
}

function proxyStep({ caddyfile, answers }: Plan, { isRoot, caddy }: Going): Step | undefined {
  if (caddyfile === undefined || answers.host === undefined) return undefined;
  const asRoot = isRoot ? '' : 'sudo ';
  const path = shellWord(caddyfile.path);
  const what = `Bring HTTPS to ${answers.host}`;
  if (caddy === 'program' || caddy === 'missing') {
    const lines = [`${asRoot}caddy run --config ${path}`];
    return {
      what: caddy === 'program' ? `${what}:` : `${what}: install Caddy (caddyserver.com), then`,
      lines,
    };
  }
  const importLine = `echo 'import ${ownSite}' | ${asRoot}tee -a ${caddyFolder}/Caddyfile &&`;
  return {
    what: `${what}, with the Caddy that runs here:`,
    lines: [
      `${asRoot}cp ${path} ${caddyFolder}/${ownSite} &&`,
      ...(caddy === 'service' ? [importLine] : []),
      `${asRoot}systemctl reload caddy`,
    ],
  };
}

function publishStep(plan: Plan, going: Going): Step | undefined {
  const { host } = plan.answers;
  if (host === undefined || going.isPublished) return undefined;
  const isProxyOurs = plan.caddyfile !== undefined || !isPublicName(host);
  return {
    what: isProxyOurs
      ? 'Let your apps find it:'
      : `Let your apps find it, once a proxy of yours brings HTTPS to ${host}:`,
    lines: [publishLine(plan, going)],
  };
}

/** What repeats the publishing. */
export function publishLine(plan: Plan, going: Going): string {
  return `${going.command} publish ${plan.answers.host ?? ''}${envFileFlag(plan, going)}`;
}

function envFileFlag({ envFile }: Plan, { isFound }: Going): string {
  return isFound ? '' : ` --env-file ${shellWord(envFile.path)}`;
}
