import { openFilesCount, openFilesLimit } from '../../../platform/processes.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findServer } from '../running-server.ts';

const name = 'open-files';
const { unchecked, ok, warning, problem } = findingsOf(name);

/** Each namespace takes some five, each connection one. */
const fewFiles = 1_024;
const leastFiles = 256;
const nearlyAll = 0.8;
const raise =
  'Give it more: `LimitNOFILE=8192` under [Service] in its systemd unit; started by hand, `ulimit -n 8192` before.';

/** Whether the server may have as many files and connections open as its apps need. */
export const openFiles: Check = {
  name,
  needs: { dataDirectory: coreSettings.dataDirectory },
  async find(context) {
    const server = await findServer(context);
    const pid = server.kind === 'answers' ? server.status.pid : undefined;
    const running = pid === undefined ? undefined : openFilesLimit(pid);
    const limit = running ?? openFilesLimit('self');
    if (limit === undefined) return [unchecked('Only Linux tells how many files a process may open.')];
    const who = running === undefined ? 'A server that is started from here' : 'The server';
    return [judgeLimit(who, limit, pid === undefined ? undefined : openFilesCount(pid))];
  },
};

export function judgeLimit(who: string, limit: number, open: number | undefined): Finding {
  const may = `${who} may have ${limit === Infinity ? 'any number of' : limit} files and connections open`;
  if (limit < leastFiles) {
    return problem(`${may}: so few that apps cannot connect, and documents cannot be opened.`, raise);
  }
  if (open !== undefined && open > limit * nearlyAll) {
    return warning(`${may}, and has ${open}: soon no app can connect.`, raise);
  }
  if (limit < fewFiles) return warning(`${may}: with many apps or namespaces that is too few.`, raise);
  return ok(`${may}${open === undefined ? '' : `, and has ${open}`}.`);
}
