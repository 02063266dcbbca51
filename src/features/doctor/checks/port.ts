import { findText } from '../../../platform/config.ts';
import { listenerOf, programOf } from '../../../platform/processes.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findServer } from '../running-server.ts';
import { findUnit } from '../units.ts';

const name = 'port';
const { ok, unchecked, problem } = findingsOf(name);
const { dataDirectory, port: portSetting, listen } = coreSettings;
const needs = { dataDirectory, port: portSetting, listen };

/** Whether the server has its port, or can have it when it starts. */
export const port: Check = {
  name,
  needs,
  async find(context) {
    const server = await findServer(context);
    const { listen: hostname, port: number } = context.configuration.read(needs);
    if (server.kind === 'answers' && server.status.certificate?.validTo === null)
      return [unchecked(`Port ${number} is closed until the server has its certificate.`)];
    if (server.kind === 'answers') return [ok(`The server listens on ${server.holder?.listen ?? number}.`)];
    if (server.kind !== 'none') return [unchecked('It is not known whether the server runs.')];
    if (number === 0) return [ok('The system chooses a port when the server starts.')];
    const { origin } = findText(portSetting, context.configuration.sources);
    const place = origin.kind === 'file' ? ` in ${origin.path}` : '';
    return [tryToListen({ hostname, number, place, byUnit: findUnit(context)?.scope === 'system' })];
  },
};

export interface Place {
  readonly hostname: string;
  readonly number: number;
  /** Where PORT is set, as the end of a sentence. */
  readonly place: string;
  /** Whether the machine's systemd starts the server, which may do what this user may not. */
  readonly byUnit: boolean;
}

/** The system knows best; for a moment only, and nobody is let in. */
function tryToListen(place: Place): Finding {
  const { hostname, number } = place;
  try {
    Bun.listen({ hostname, port: number, socket: { open: (socket) => socket.terminate(), data() {} } }).stop(
      true,
    );
    return ok(`Port ${number} of ${hostname} is free for the server.`);
  } catch (error) {
    return whyNotOpened(codeOf(error), place);
  }
}

/** What the code of the error means. */
export function whyNotOpened(code: unknown, { hostname, number, place, byUnit }: Place): Finding {
  const another = `set another PORT${place}`;
  switch (code) {
    case 'EADDRINUSE':
      return problem(
        `Port ${number} of ${hostname} is taken by ${whoListens(number)}, so the server cannot start.`,
        `Stop that, if you can do without it, or ${another}.`,
      );
    case 'EACCES':
      if (byUnit) return unchecked(`Only systemd, which starts the server, may open port ${number}.`);
      return problem(
        `This user may not open port ${number}: those below 1024 are for root.`,
        `Let systemd start it as a service of the machine, or ${another}, from 1024 up, with a proxy before it.`,
      );
    default:
      return problem(
        `This machine cannot listen on ${hostname}, port ${number} (${String(code)}): it has no such address.`,
        'Set GROUNDMIST_LISTEN to an address of this machine, like 127.0.0.1, or take it out.',
      );
  }
}

function whoListens(number: number): string {
  const pid = listenerOf(number);
  const program = pid === undefined ? undefined : programOf(pid);
  if (program === undefined) return 'another program';
  if (program === 'groundmist') return `another groundmist (process ${pid}), with another data directory`;
  return `${program} (process ${pid})`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
