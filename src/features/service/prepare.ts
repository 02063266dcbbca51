import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { isEnabled } from '../../core/service/installed-unit.ts';
import type { CommandContext } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import type { Machine } from './machine.ts';
import { planAhead, planService } from './plan.ts';
import { chooseScope, refuseChanged } from './refusals.ts';
import { Systemd } from './systemd.ts';
import { unitFiles, writeUnit } from './write-unit.ts';

/**
 * Writes the unit of the machine's service and no more, so that an installer, or the image of a machine, can have it before
 * there are settings. Nothing wants it started: without settings it could only fail.
 */
export async function prepare(context: CommandContext, machine: Machine): Promise<void> {
  const { options, terminal, signal } = context;
  if (chooseScope(context, machine, 'install') !== 'system')
    throw new Failure('Usage', '--prepare is for the service of the machine: add --system.');
  const hasSettings = typeof options['envFile'] === 'string' || existsSync(machine.machineEnvFile);
  const plan = hasSettings ? await planService(context, machine, 'system') : await planAhead(machine);
  for (const file of unitFiles(plan)) refuseChanged(file.path, file.replaced, options['force'] === true);
  if (options['dryRun'] === true)
    return await terminal.result(`# ${escapeUnprintable(plan.path)} (0644)\n${plan.text}`);
  signal.throwIfAborted();
  const written = writeUnit(plan);
  if (machine.hasSystemd) await new Systemd(machine, 'system', signal).do('daemon-reload');
  const isEnabledBefore = plan.standing !== undefined && isEnabled(plan.standing);
  const lines = [
    ...written.map((path) => `Written: ${path}`),
    `The server is not started now${isEnabledBefore ? ', only' : ', nor'} with the machine.`,
    `${hasSettings ? 'This' : 'Once there are settings, this'} has it run: groundmist service install --system`,
  ];
  await terminal.result(lines.map(escapeUnprintable).join('\n'));
}
