import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { unitName, serviceUser } from '../../core/service/service-names.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { makeFolder, writeTogether } from '../../platform/files.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { describeClosedBackups, handOver, handOverCommands } from './hand-over.ts';
import { keepLingering, lingerCommand } from './linger.ts';
import { systemMachine, type Machine } from './machine.ts';
import { planService, type ServicePlan } from './plan.ts';
import { chooseScope, refuseChanged, refuseSecond } from './refusals.ts';
import { logCommand, Systemd } from './systemd.ts';
import { isUpToDate } from './up-to-date.ts';

const readableFile = 0o644;
const openFolder = 0o755;

export const run: RunCommand = (context) => install(context, systemMachine(context));

/** Installs the service, or brings the one that is there up to date, and waits until the server is ready. */
export async function install(context: CommandContext, machine: Machine): Promise<void> {
  const { options, terminal, signal } = context;
  const scope = chooseScope(context, machine, 'install');
  const plan = await planService(context, machine, scope);
  const isStarted = options['start'] !== false;
  refuseChanged(plan.path, plan.standing?.text, options['force'] === true);
  if (options['dryRun'] === true) return await terminal.result(describePlan(plan, machine, isStarted));
  refuseSecond(plan, machine);
  signal.throwIfAborted();
  const { unit } = plan;
  if (scope === 'system') await handOver(unit, machine);
  else await keepLingering(machine, terminal, signal);
  const systemd = new Systemd(machine, scope, signal);
  const isWritten = writeUnit(plan);
  await systemd.do('daemon-reload');
  await systemd.do('enable', unitName);
  const done = isStarted ? await bringUp(plan, systemd, context) : 'enabled';
  const closed = describeClosedBackups(unit, machine.findUser(serviceUser));
  if (scope === 'system' && closed !== undefined) terminal.problem(`groundmist: ${closed}`);
  const when =
    scope === 'system' || machine.isLingering() ? 'with the machine' : `when ${machine.user} logs in`;
  await terminal.result(describeDone(plan, isWritten, `${doneWords[done]}; it starts ${when}.`));
}

function writeUnit({ path, text, standing }: ServicePlan): boolean {
  if (standing?.text === text) return false;
  try {
    makeFolder(dirname(path), { mode: openFolder });
    writeTogether([{ path, text, mode: readableFile, replaced: standing?.text }]);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'an unknown error';
    throw new Failure('ServiceFailed', `${path} could not be written: ${why}.`, { cause: error });
  }
}

type Done = 'started' | 'restarted' | 'runs' | 'enabled';

/** Sockets of apps break with every restart, so there is one only where something changed. */
async function bringUp(
  plan: ServicePlan,
  systemd: Systemd,
  { terminal, signal }: CommandContext,
): Promise<Done> {
  const { MainPID: pid = '0', ActiveState: state } = await systemd.show('MainPID', 'ActiveState');
  if (state === 'active' && isUpToDate(Number(pid), plan)) return 'runs';
  const isRestart = state === 'active';
  terminal.note(isRestart ? 'Restarting the server, with what changed …' : 'Starting the server …');
  try {
    await systemd.start(isRestart ? 'restart' : 'start');
  } finally {
    if (signal.aborted)
      terminal.note('systemd goes on with that: `groundmist service show` tells how it does.');
  }
  return isRestart ? 'restarted' : 'started';
}

const doneWords: Readonly<Record<Done, string>> = {
  started: 'The server runs and is ready',
  restarted: 'The server runs again, with what changed',
  runs: 'Nothing to do: the server runs as it should',
  enabled: 'The server is not started now',
};

function describeDone({ path, unit }: ServicePlan, isWritten: boolean, done: string): string {
  const lines = [
    ...(isWritten ? [`Written: ${path}`] : []),
    done,
    `How it does: groundmist service show${unit.scope === 'system' ? ' --system' : ''}`,
    `Its log:     ${logCommand(unit.scope)}`,
  ];
  return lines.map(escapeUnprintable).join('\n');
}

/** The unit, and what would be run after it is written. */
function describePlan({ unit, path, text }: ServicePlan, machine: Machine, isStarted: boolean): string {
  const systemctl = unit.scope === 'system' ? ['systemctl'] : ['systemctl', '--user'];
  const commands = [
    ...(unit.scope === 'system' ? handOverCommands(unit, machine) : [lingerCommand(machine)]),
    [...systemctl, 'daemon-reload'],
    [...systemctl, 'enable', ...(isStarted ? ['--now'] : []), unitName],
  ];
  const lines = commands.map((words) => escapeUnprintable(words.map(shellWord).join(' ')));
  return [`# ${escapeUnprintable(path)} (0644)`, text, '# Then:', ...lines].join('\n');
}
