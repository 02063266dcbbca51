import { findText } from '../../platform/config.ts';
import { coreSettings } from '../../settings.ts';
import { whyNotSetting, type Asking } from './asking.ts';

/** What stands in a settings file is to last. */
export const lastingPort = {
  ...coreSettings.port,
  schema: coreSettings.port.schema.refine(
    (number) => number > 0,
    'port 0 would be another one at each start; choose one that stays',
  ),
};

export interface Listening {
  readonly port: string;
  /** The address to bind. */
  readonly listen: string;
}

/** The port is no question unless another program holds the one there is by default. */
export async function answerListening(asking: Asking): Promise<Listening & { readonly remark?: string }> {
  const { prompts, sources, surroundings } = asking;
  const listen = findText(coreSettings.listen, sources).text ?? coreSettings.listen.default;
  const { text, origin } = findText(lastingPort, sources);
  const port = text ?? lastingPort.default;
  if (await surroundings.isPortFree(Number(port), listen)) return { port, listen };
  if (origin.kind === 'file') return { port, listen };
  const taken = `Port ${port} is taken by another program on this machine`;
  if (!prompts || origin.kind !== 'default') {
    return {
      port,
      listen,
      remark: `${taken}. End that one before you start the server, or choose with --port.`,
    };
  }
  const chosen = await prompts.text({
    message: `${taken}. Which one instead?`,
    why: 'Only the proxy in front of the server needs to know it.',
    initial: await findFreePort(Number(port), asking, listen),
    whyNot: (value) => whyNotSetting(lastingPort, value),
  });
  return { port: chosen, listen };
}

const portsTried = 20;

async function findFreePort(taken: number, { surroundings }: Asking, listen: string): Promise<string> {
  for (let port = taken + 1; port <= taken + portsTried; port++) {
    if (await surroundings.isPortFree(port, listen)) return String(port);
  }
  return String(taken + 1);
}
