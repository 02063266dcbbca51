import { notReady, unitName, serviceUser } from '../../core/service/service-names.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { shellWord } from '../../platform/shell-word.ts';
import {
  closeCommands,
  closeSettings,
  describeClosedBackups,
  handOver,
  handOverCommands,
} from './hand-over.ts';
import { keepLingering, lingerCommand } from './linger.ts';
import { systemMachine, type Machine } from './machine.ts';
import { planService, type ServicePlan } from './plan.ts';
import { prepare } from './prepare.ts';
import { chooseScope, refuseChanged, refuseSecond } from './refusals.ts';
import { logCommand, Systemd } from './systemd.ts';
import { isUpToDate } from './up-to-date.ts';
import { unitFiles, writeUnit } from './write-unit.ts';

export const run: RunCommand = (context) => install(context, systemMachine(context));

/** Installs the service, or brings the one that is there up to date, and waits until the server is ready. */
export async function install(context: CommandContext, machine: Machine): Promise<void> {
  const { options, terminal, signal } = context;
  if (options['prepare'] === true) return await prepare(context, machine);
  const scope = chooseScope(context, machine, 'install');
  const plan = await planService(context, machine, scope);
  const isStarted = options['start'] !== false;
  for (const file of unitFiles(plan)) refuseChanged(file.path, file.replaced, options['force'] === true);
  if (options['dryRun'] === true) return await terminal.result(describePlan(plan, machine, isStarted));
  refuseSecond(plan, machine);
  signal.throwIfAborted();
  const { unit } = plan;
  if (scope === 'system') await handOver(unit, machine);
  else await keepLingering(machine, terminal, signal);
  const open = await closeSettings(unit, machine);
  if (open !== undefined) terminal.problem(`groundmist: ${open}`);
  const systemd = new Systemd(machine, scope, signal);
  const written = writeUnit(plan);
  await systemd.do('daemon-reload');
  await systemd.do('enable', unitName);
  const done = isStarted ? await bringUp(plan, systemd, context) : 'enabled';
  const closed = describeClosedBackups(unit, machine.findUser(serviceUser));
  if (scope === 'system' && closed !== undefined) terminal.problem(`groundmist: ${closed}`);
  const when =
    scope === 'system' || machine.isLingering() ? 'with the machine' : `when ${machine.user} logs in`;
  const why = done === 'enabled' ? undefined : await whyNotReady(systemd);
  const how = done === 'started' && why !== undefined ? 'The server runs' : doneWords[done];
  await terminal.result(describeDone(plan, written, [`${how}; it starts ${when}.`, ...(why ?? [])]));
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

/** What the server itself says that it lacks, as its certificate; undefined where it does all of its work. */
async function whyNotReady(systemd: Systemd): Promise<readonly string[] | undefined> {
  const { StatusText: says = '' } = await systemd.show('StatusText');
  if (!says.startsWith(notReady)) return undefined;
  return [`It is not ready yet. It says: ${says.slice(notReady.length)}`];
}

function describeDone({ unit }: ServicePlan, written: readonly string[], done: readonly string[]): string {
  const lines = [
    ...written.map((path) => `Written: ${path}`),
    ...done,
    `How it does: groundmist service show${unit.scope === 'system' ? ' --system' : ''}`,
    `Its log:     ${logCommand(unit.scope)}`,
  ];
  return lines.map(escapeUnprintable).join('\n');
}

/** The unit, and what would be run after it is written. */
function describePlan(plan: ServicePlan, machine: Machine, isStarted: boolean): string {
  const { unit, text } = plan;
  const systemctl = unit.scope === 'system' ? ['systemctl'] : ['systemctl', '--user'];
  const commands = [
    ...(unit.scope === 'system' ? handOverCommands(unit, machine) : [lingerCommand(machine)]),
    ...closeCommands(unit),
    [...systemctl, 'daemon-reload'],
    [...systemctl, 'enable', ...(isStarted ? ['--now'] : []), unitName],
  ];
  const lines = commands.map((words) => escapeUnprintable(words.map(shellWord).join(' ')));
  const headings = unitFiles(plan).map(({ path }) => `# ${escapeUnprintable(path)} (0644)`);
  return [...headings, text, '# Then:', ...lines].join('\n');
}
