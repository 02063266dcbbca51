import { Failure } from '../../core/failure.ts';
import { whyNoPublicName } from '../../core/identity/why-no-public-name.ts';
import type { CommandContext } from '../../feature.ts';
import type { Groundmist } from '../../groundmist.ts';
import { openLog } from '../../platform/log.ts';
import { describeUnknownNames } from '../../all-settings.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import { listen } from './listen.ts';
import { readOwnTls } from './own-tls.ts';

const httpsPort = 443;

/** Runs the server until the first signal: `groundmist serve`. */
export async function serve(context: CommandContext): Promise<void> {
  const { terminal, signal, configuration } = context;
  const values = configuration.read(coreSettings);
  // A warning only: an older binary must still start with the settings of a newer one.
  for (const sentence of describeUnknownNames(context.features, configuration.sources)) {
    terminal.problem(`groundmist: ${sentence}`);
  }
  const ownTls = readOwnTls(configuration.read(tlsSettings), values.host);
  const whyNot = whyNoPublicName(values);
  if (whyNot !== undefined) throw new Failure('ConfigurationInvalid', whyNot);
  const log = await openLog({
    format: terminal.isInteractive ? 'text' : 'json',
    level: terminal.isVerbose ? 'debug' : 'info',
    write: (line) => terminal.problem(line.trimEnd()),
  });
  await using groundmist = await context.compose(log);
  const { address, close } = await listen(groundmist, { ...values, ownTls });
  terminal.note(`Listening on ${address}, known as ${groundmist.core.publicUrl.origin}`);
  if (isWithoutCertificate(groundmist)) {
    terminal.note('It waits for its certificate; until that is there, only port 80 answers.');
  }
  const publicPort = Number(groundmist.core.publicUrl.port || httpsPort);
  if (ownTls !== undefined && values.port !== publicPort) {
    terminal.problem(
      `groundmist: Apps come to port ${publicPort} of ${groundmist.core.publicUrl.hostname}, and PORT is ${values.port}: take PORT out of the settings, unless a router or a container leads the one to the other.`,
    );
  }
  terminal.note(`Owner: ${groundmist.core.owner} · documents: ${values.dataDirectory}`);
  terminal.note(
    'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
  );
  try {
    await untilAborted(signal);
    terminal.note('Stopping: sockets close; everything acknowledged is on disk.');
  } finally {
    await close();
  }
}

/** Only a server with TLS of its own speaks of one. */
function isWithoutCertificate({ core }: Groundmist): boolean {
  const { certificate } = core.reports.read();
  return certificate !== undefined && certificate.validTo === undefined;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
