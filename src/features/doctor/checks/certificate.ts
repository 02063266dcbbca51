import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check } from '../finding.ts';
import { findServer, sentencesOf } from '../running-server.ts';

const name = 'certificate';
const { ok, warning, problem } = findingsOf(name);
const cure = 'Do what it says; then look again with `groundmist status`.';

/** What the server says of its certificate, where it has TLS of its own; how apps meet it `tls` looks at. */
export const certificate: Check = {
  name,
  needs: { dataDirectory: coreSettings.dataDirectory },
  async find(context) {
    const server = await findServer(context);
    if (server.kind !== 'answers' || server.status.certificate === null) return [];
    const { status } = server;
    const found = [
      ...sentencesOf(status.problems, status, true).map((sentence) => problem(sentence, cure)),
      ...sentencesOf(status.warnings, status, true).map((sentence) => warning(sentence, cure)),
    ];
    return found.length > 0
      ? found
      : [ok(`The certificate is good until ${server.status.certificate.validTo}.`)];
  },
};
