import { isAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Survey } from './survey.ts';

const { problem } = findingsOf('dns');

/** The addresses that name servers give for the public name, or why there are none. */
export async function lookUp(hostname: string, survey: Survey): Promise<readonly Address[] | Finding> {
  try {
    const found = await survey.surroundings.resolve(hostname);
    return found.length > 0 ? found : withoutAddress(hostname, undefined);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const another = await askForAnother(hostname, survey);
    return /ENOTFOUND|ENODATA/.test(code)
      ? withoutAddress(hostname, another)
      : explainOutage(hostname, code, another);
  }
}

function withoutAddress(hostname: string, another: Another | undefined): Finding {
  if (another?.isFound === false) {
    return explainBoth(hostname, another, 'the name servers of this machine know no such name');
  }
  const cause = `The name ${hostname} (GROUNDMIST_HOST) has no address, so nobody finds this server by it.`;
  const cure = `Add an A record for ${hostname} with your public address where the domain is managed, and an AAAA record if you have IPv6.`;
  return problem(cause, cure);
}

function explainBoth(hostname: string, another: Another, what: string): Finding {
  const cause = `The name ${hostname} (GROUNDMIST_HOST) could not be looked up, nor could ${another.name}: ${what}.`;
  return problem(cause, cureOfMachine);
}

interface Another {
  readonly name: string;
  readonly isFound: boolean;
}

/** Whether name servers know a name of somebody else's, which tells the domain's trouble from that of this machine. */
async function askForAnother(hostname: string, survey: Survey): Promise<Another | undefined> {
  const name = new URL(survey.place.plcUrl).hostname;
  if (isAddress(name) || !name.includes('.') || name === hostname) return undefined;
  const found = await survey.surroundings.resolve(name).catch(() => []);
  return { name, isFound: found.length > 0 };
}

const ofDomain = 'the name servers of the domain do not answer, or its signatures (DNSSEC) are wrong';
const cureOfDomain =
  'Where the domain is managed, see whether its name servers are the right ones and its DNSSEC (the DS record) is in order; then look again.';
const cureOfMachine =
  'Check the network of this machine and its name servers (/etc/resolv.conf), and look again.';

/** A name server that has no network itself answers as one that a domain gives no answer does. */
function explainOutage(hostname: string, code: string, another: Another | undefined): Finding {
  const answered = /^E(SERVFAIL|REFUSED|FORMERR|NOTIMP|BADRESP)$/.exec(code)?.[1];
  const what =
    answered === undefined
      ? 'no answer came from the name servers of this machine'
      : `the name servers of this machine answer that they cannot find it out (${answered})`;
  const name = `The name ${hostname} (GROUNDMIST_HOST) could not be looked up`;
  if (another === undefined) {
    const cause = `${name}: ${what}. Either they, or this machine, have no network, or ${ofDomain}.`;
    return problem(cause, `${cureOfMachine} ${cureOfDomain}`);
  }
  if (!another.isFound) return explainBoth(hostname, another, what);
  const cause = `${name}: ${what}, while ${another.name} is found. That points at the domain: ${ofDomain}.`;
  return problem(cause, cureOfDomain);
}
