import { version as ours } from '../../../platform/version.ts';
import { replacedProgramOf } from '../../../platform/processes.ts';
import { Failure } from '../../../core/failure.ts';
import { findingsOf, type Check } from '../finding.ts';
import { findServer } from '../running-server.ts';
import { restartCure } from '../units.ts';

const name = 'version';
const { ok, warning } = findingsOf(name);

/** Whether the server that runs is the program that asks, and the one that would be started. */
export const version: Check = {
  name,
  isBasic: true,
  async find(context) {
    const server = await findServer(context).catch(ifWithoutSettings);
    if (server?.kind === 'answers' && server.status.version !== ours) {
      const cause = `The server that runs is groundmist ${server.status.version}, and this is ${ours}: it was replaced since the server started, or there are two.`;
      return [warning(cause, restartCure(server.status.pid))];
    }
    const replaced = server?.kind === 'answers' ? replacedProgramOf(server.status.pid) : undefined;
    if (server?.kind === 'answers' && replaced !== undefined) {
      const cause = `The server that runs goes on with the program that it was started from, and another file lies at ${replaced} by now, or none.`;
      return [warning(cause, restartCure(server.status.pid))];
    }
    const also = server?.kind === 'answers' ? ', and so is the server' : '';
    const built = `Bun ${Bun.version}, ${process.platform} ${process.arch}`;
    return [ok(`This is groundmist ${ours}${also} (${built}). It never asks whether there is a newer one.`)];
  },
};

/** A version there is all the same; what is wrong `configuration` says. */
function ifWithoutSettings(error: unknown): undefined {
  if (!(error instanceof Failure)) throw error;
}
