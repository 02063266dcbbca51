import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { unitName, serviceUser } from '../../core/service/service-names.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { makeFolder, writeTogether, type FileToWrite } from '../../platform/files.ts';
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
  await terminal.result(describeDone(plan, written, `${doneWords[done]}; it starts ${when}.`));
}

/** The unit where systemd reads it, and where `init` wrote it: both say the same, or neither is written. */
function unitFiles({ path, text, standing, beside }: ServicePlan): readonly FileToWrite[] {
  const installed = { path, text, mode: readableFile, replaced: standing?.text };
  return beside === undefined
    ? [installed]
    : [installed, { ...installed, path: beside.path, replaced: beside.text }];
}

/** Gives the files that it wrote. */
function writeUnit(plan: ServicePlan): readonly string[] {
  const files = unitFiles(plan).filter(({ text, replaced }) => text !== replaced);
  try {
    makeFolder(dirname(plan.path), { mode: openFolder });
    writeTogether(files);
    return files.map(({ path }) => path);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'an unknown error';
    throw new Failure('ServiceFailed', `${plan.path} could not be written: ${why}.`, { cause: error });
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

function describeDone({ unit }: ServicePlan, written: readonly string[], done: string): string {
  const lines = [
    ...written.map((path) => `Written: ${path}`),
    done,
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
