import { statSync } from 'node:fs';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { isPublicName } from './host-answer.ts';
import type { PlannedUnit } from './beside-files.ts';
import type { Plan } from './plan.ts';
import { caddyFolder, ownSite, type Caddy, type Surroundings } from './surroundings.ts';
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
  readonly isEnabled: Surroundings['isEnabled'];
  /** What starts groundmist from anywhere, for whoever. */
  readonly programWords: readonly string[];
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
  const isRestart = going.isEnabled(unit.scope, unit.path) && going.isChanged;
  const commands = [
    ...endOther(unit, going),
    ...(unit.scope === 'system' ? serviceUserCommands(plan, going) : []),
    ...(isRestart ? restart(unit, going) : enable(unit, going)),
  ];
  const who = unit.scope === 'system' ? `, as the user ${serviceUser}` : '';
  return {
    what: isRestart
      ? 'Restart the server, which then takes up what changed:'
      : `Start the server, now and with the machine${who}:`,
    lines: commands.map((command, index) => (index === commands.length - 1 ? command : `${command} &&`)),
  };
}

/** Two services with one data directory would be in one another's way. */
function endOther({ scope, path }: PlannedUnit, going: Going): readonly string[] {
  const other = scope === 'user' ? 'system' : 'user';
  return going.isEnabled(other, path) ? [`${systemctlOf(other, going)} disable --now groundmist`] : [];
}

function enable({ scope, path }: PlannedUnit, going: Going): readonly string[] {
  const start = `${systemctlOf(scope, going)} enable --now ${shellWord(path)}`;
  return [scope === 'user' ? `loginctl enable-linger && ${start}` : start];
}

function restart({ scope }: PlannedUnit, going: Going): readonly string[] {
  const systemctl = systemctlOf(scope, going);
  return [`${systemctl} daemon-reload && ${systemctl} restart groundmist`];
}

function systemctlOf(scope: PlannedUnit['scope'], going: Going): string {
  return scope === 'user' ? 'systemctl --user' : `${asRoot(going)}systemctl`;
}

function asRoot({ isRoot }: Going): string {
  return isRoot ? '' : 'sudo ';
}

/** The machine's unit runs as a user of its own: as root, a fault in the server would be one of the machine. */
function serviceUserCommands({ envFile, dataDirectory }: Plan, going: Going): readonly string[] {
  const { serviceUserId } = going;
  const own = [envFile.path, dataDirectory];
  const areTheirs = own.every(
    (path) => statSync(path, { throwIfNoEntry: false })?.uid === (serviceUserId ?? -1),
  );
  return [
    ...(serviceUserId === undefined
      ? [`${asRoot(going)}useradd --system --no-create-home --shell /usr/sbin/nologin ${serviceUser}`]
      : []),
    ...(areTheirs ? [] : [`${asRoot(going)}chown -R ${serviceUser}: ${own.map(shellWord).join(' ')}`]),
  ];
}

function proxyStep({ caddyfile, answers }: Plan, going: Going): Step | undefined {
  // One that is not ours does what its owner has it do.
  if (caddyfile === undefined || caddyfile.fate === 'kept' || answers.host === undefined) return undefined;
  const { caddy } = going;
  const sudo = asRoot(going);
  const path = shellWord(caddyfile.path);
  const what = `Bring HTTPS to ${answers.host}`;
  if (caddy === 'program' || caddy === 'missing') {
    const lines = [`${sudo}caddy run --config ${path}`];
    return {
      what: caddy === 'program' ? `${what}:` : `${what}: install Caddy (caddyserver.com), then`,
      lines,
    };
  }
  const importLine = `echo 'import ${ownSite}' | ${sudo}tee -a ${caddyFolder}/Caddyfile &&`;
  return {
    what: `${what}, with the Caddy that runs here:`,
    lines: [
      `${sudo}cp ${path} ${caddyFolder}/${ownSite} &&`,
      ...(caddy === 'service' ? [importLine] : []),
      `${sudo}systemctl reload caddy`,
    ],
  };
}

function publishStep(plan: Plan, going: Going): Step | undefined {
  const { host, tls } = plan.answers;
  if (host === undefined || going.isPublished) return undefined;
  const { caddyfile } = plan;
  const isProxyOurs = (caddyfile !== undefined && caddyfile.fate !== 'kept') || !isPublicName(host);
  return {
    what:
      isProxyOurs || tls === 'auto'
        ? 'Let your apps find it:'
        : `Let your apps find it, once a proxy of yours brings HTTPS to ${host}:`,
    lines: [publishLine(plan, going)],
  };
}

/** What repeats the publishing. The service's settings are its own by then: nobody else but root can read them. */
function publishLine(plan: Plan, going: Going): string {
  const host = plan.answers.host ?? '';
  if (plan.unit?.scope !== 'system' || going.isRoot) {
    return `${going.command} publish ${host}${envFileFlag(plan, going)}`;
  }
  const program = going.programWords.map(shellWord).join(' ');
  return `sudo -u ${serviceUser} ${program} publish ${host} --env-file ${shellWord(plan.envFile.path)}`;
}

function envFileFlag({ envFile }: Plan, { isFound }: Going): string {
  return isFound ? '' : ` --env-file ${shellWord(envFile.path)}`;
}
