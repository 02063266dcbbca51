import { urlOfHost } from '../../core/identity/public-url.ts';
import { whyNotHost } from '../../core/lexicon/host.ts';
import { findText, type Sources } from '../../platform/config.ts';
import { coreSettings } from '../../settings.ts';
import { saysOwnTls } from '../../tls-settings.ts';
import type { Asking } from './asking.ts';

const { port, listen } = coreSettings;

export interface Following {
  /** Without what an earlier `init` wrote for another mode. */
  readonly sources: Sources;
  /** The port where nobody chooses one. */
  readonly defaultPort: string;
  /** A sentence for each choice of a person that stays though the mode is another. */
  readonly remarks: readonly string[];
}

/** What an earlier `init` wrote by itself follows the mode of TLS, and the port of the name; what a person chose stays. */
export function followMode({ sources }: Pick<Asking, 'sources'>, host: string | undefined): Following {
  const now = presetOf(saysOwnTls(sources), host);
  const { file } = sources;
  if (file === undefined) return { sources, defaultPort: now.port, remarks: [] };
  const alone: Sources = { flags: {}, environment: {}, file };
  const before = presetOf(saysOwnTls(alone), findText(coreSettings.host, alone).text);
  const values = { ...file.values };
  const remarks: string[] = [];
  for (const name of ['port', 'listen'] as const) {
    const { env } = coreSettings[name];
    const value = values[env];
    if (!value || before[name] === now[name] || value === now[name]) continue;
    if (value === before[name]) delete values[env];
    else if (findText(coreSettings[name], sources).origin.kind === 'file')
      remarks.push(stays(env, value, now));
  }
  return { sources: { ...sources, file: { ...file, values } }, defaultPort: now.port, remarks };
}

interface Preset {
  readonly hasOwnTls: boolean;
  readonly port: string;
  readonly listen: string;
}

/** What `init` writes where nobody chooses. Apps come to the port of the name, where no proxy takes them elsewhere. */
function presetOf(hasOwnTls: boolean, host: string | undefined): Preset {
  if (!hasOwnTls) return { hasOwnTls, port: port.default, listen: listen.default };
  const ofName = host === undefined || whyNotHost(host) !== undefined ? '' : urlOfHost(host).port;
  return { hasOwnTls, port: ofName || port.otherDefault.text, listen: listen.otherDefault.text };
}

function stays(env: string, value: string, now: Preset): string {
  const kept = `${env}=${value} stays, for somebody chose it`;
  if (env === port.env) {
    return now.hasOwnTls
      ? `${kept}; apps come to port ${now.port}, so that has to be led there, as by a router. Else take the line out and run init again.`
      : `${kept}; the proxy that brings HTTPS has to lead there.`;
  }
  return now.hasOwnTls
    ? `${kept}; where other machines are to reach the server, take the line out and run init again.`
    : `${kept}; without TLS of its own other machines could speak to the server in the open there: where the proxy runs on this machine, take the line out and run init again.`;
}
