import { serviceUser, type ServiceScope } from '../../core/service/service-names.ts';
import { machineEnvFile } from '../../platform/env-file-search.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { isPublicName } from './host-answer.ts';
import type { Plan } from './plan.ts';
import { caddyFolder, ownSite, type Caddy } from './surroundings.ts';

export interface Going {
  /** What the person types for `groundmist`. */
  readonly command: string;
  /** Whether commands find the env file by themselves. */
  readonly isFound: boolean;
  /** Whether it is root who will type them; by `sudo` it is not. */
  readonly isRoot: boolean;
  readonly isBySudo: boolean;
  /** The service that is installed for these settings. */
  readonly installed: ServiceScope | undefined;
  readonly caddy: Caddy;
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
  const { service } = plan;
  if (service === 'none') {
    const isRunning = plan.envFile.kept.length > 0 && going.isChanged;
    const what = isRunning ? 'Start the server; where it runs, stop it first:' : 'Start the server:';
    return { what, lines: [`${ownProgram(going)} serve${envFileFlag(plan, going)}`] };
  }
  const who = service === 'system' ? `, as the user ${serviceUser}` : '';
  return {
    what:
      going.installed === service
        ? 'Have the server take up what changed:'
        : `Have systemd run the server, now and with the machine${who}:`,
    lines: [service === 'system' ? installForMachine(plan, going) : installForPerson(plan, going)],
  };
}

function installForPerson(plan: Plan, going: Going): string {
  return `${going.command} service install${envFileFlag(plan, going)}`;
}

/** What `sudo` wrote only root may read. */
function ownProgram(going: Going): string {
  return going.isBySudo ? sudoProgram(going) : going.command;
}

function sudoProgram({ programWords }: Going): string {
  return `sudo ${programWords.map(shellWord).join(' ')}`;
}

/** What root finds in a person's folder it does not take for its own, and sudo looks for programs in other places. */
function installForMachine(plan: Plan, going: Going): string {
  const { path } = plan.envFile;
  const file = path === machineEnvFile ? '' : ` --env-file ${shellWord(path)}`;
  const program = going.isRoot ? going.command : sudoProgram(going);
  return `${program} service install --system${file}`;
}

function asRoot({ isRoot }: Going): string {
  return isRoot ? '' : 'sudo ';
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
  const { host, hasOwnTls } = plan.answers;
  if (host === undefined || going.isPublished) return undefined;
  const { caddyfile } = plan;
  const isProxyOurs = (caddyfile !== undefined && caddyfile.fate !== 'kept') || !isPublicName(host);
  return {
    what:
      isProxyOurs || hasOwnTls
        ? 'Let your apps find it:'
        : `Let your apps find it, once a proxy of yours brings HTTPS to ${host}:`,
    lines: [publishLine(plan, going)],
  };
}

/** What repeats the publishing. The service's settings are its own by then: nobody else but root can read them. */
function publishLine(plan: Plan, going: Going): string {
  const host = plan.answers.host ?? '';
  if (plan.service !== 'system') return `${ownProgram(going)} publish ${host}${envFileFlag(plan, going)}`;
  const words = `publish ${host} --env-file ${shellWord(plan.envFile.path)}`;
  if (going.isRoot) return `${going.command} ${words}`;
  return `sudo -u ${serviceUser} ${going.programWords.map(shellWord).join(' ')} ${words}`;
}

function envFileFlag({ envFile }: Plan, { isFound }: Going): string {
  return isFound ? '' : ` --env-file ${shellWord(envFile.path)}`;
}
