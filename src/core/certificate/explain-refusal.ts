import { escapeUnprintable } from '../../platform/escape.ts';
import { OutboundError } from '../../platform/outbound-error.ts';
import { errorCode } from '../store/error-code.ts';
import { AcmeNonsense, AcmeProblem } from './acme-problem.ts';
import type { Order } from './kept-certificate.ts';

/** Why there is no certificate, and what the owner can do, in sentences. `error` is what an order threw. */
export function explainRefusal(error: unknown, order: Order): string {
  const authority = new URL(order.authority).host;
  if (error instanceof AcmeProblem) return explainProblem(error, order.name, authority);
  if (error instanceof AcmeNonsense) {
    return `${authority} does not work as an authority of certificates: ${said(error.message)}. GROUNDMIST_ACME_DIRECTORY says which one is asked; where it is right, wait.`;
  }
  if (error instanceof OutboundError) return explainUnanswered(error, authority);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `${authority} came to no end with a certificate for ${order.name}.`;
  }
  const code = errorCode(error);
  const reason =
    code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : (code ?? 'an unexpected error');
  return `No certificate was asked for, because nothing could be written down in the data directory: ${reason}. Make room there, and see that it belongs to this user.`;
}

function explainUnanswered(error: OutboundError, authority: string): string {
  const cause = error.cause instanceof Error ? `${errorCode(error.cause) ?? ''} ${error.cause.message}` : '';
  if (/CERT_NOT_YET_VALID|CERT_HAS_EXPIRED|not yet valid|has expired/i.test(cause)) {
    return `${authority} shows a certificate that is not valid now by the clock of this machine: set the clock (\`timedatectl\`).`;
  }
  return `The authority of certificates could not be asked: ${said(error.message)} See that this machine reaches ${authority}.`;
}

/** RFC 8555 §6.7, and what owners can do. */
function explainProblem(problem: AcmeProblem, name: string, authority: string): string {
  const detail = said(problem.message);
  const quote = detail === '' ? '' : ` It said: "${detail}"`;
  switch (problem.type) {
    case 'rateLimited':
      return `${authority} has been asked too often for ${name}, or by this account, and wants to be left alone for a while.${quote}`;
    case 'dns':
      return `${authority} cannot look up ${name}: give that name an A record with the public address of this machine, and an AAAA record only where IPv6 leads here too.${quote}`;
    case 'connection':
    case 'timeout':
      return `${authority} could not reach port 80 of ${name}: open it in the firewall and the router, and see that the name leads to this machine.${quote}`;
    case 'unauthorized':
    case 'incorrectResponse':
      return `Another server answered ${authority} at http://${name}/: see that the name, its IPv6 address too, leads to this machine, and port 80 to groundmist.${quote}`;
    case 'tls':
      return `${authority} was led from http://${name}/ to a TLS that it does not trust: port 80 has to lead to groundmist.${quote}`;
    case 'caa':
      return `A CAA record of ${name} lets other authorities give certificates and not ${authority}: change that record in your DNS.${quote}`;
    case 'rejectedIdentifier':
    case 'unsupportedIdentifier':
      return `${authority} gives no certificates for ${name}: GROUNDMIST_HOST has to be a public name.${quote}`;
    case 'externalAccountRequired':
      return `${authority} gives certificates only to accounts that were made with it before, which groundmist cannot use: set another GROUNDMIST_ACME_DIRECTORY, or take it out.${quote}`;
    case 'userActionRequired':
      return `${authority} wants you to do something first, as agreeing to new terms.${quote}`;
    default: {
      const what = problem.type === '' ? `status ${problem.status}` : problem.type;
      return `${authority} gave no certificate for ${name} (${what}).${quote}`;
    }
  }
}

/** A stranger's words. */
function said(text: string): string {
  return escapeUnprintable(text).trim();
}
