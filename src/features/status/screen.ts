import type { Paint, Tone } from '../../platform/colour.ts';
import { cutToWidth } from '../../platform/columns.ts';
import { formatDuration } from '../../platform/duration.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';
import { namespaceLines } from './namespace-lines.ts';
import type { Status } from './status.ts';

export interface Screen {
  readonly width: number;
  readonly paint: Paint;
}

interface Fact {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
}

const labelWidth = 11;
const mostApprovals = 3;

/** How the server does on one screen of 24 lines, unless it has much to complain of. */
export function describeStatus(status: Status, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  return [
    ...headingLines(status, screen),
    ...paragraphs(status.problems, '✗', width).map((line) => paint('problem', line)),
    ...paragraphs(status.warnings, '!', width).map((line) => paint('warning', line)),
    '',
    ...factLines(identity(status), screen),
    '',
    ...namespaceLines(status, screen),
    '',
    ...factLines(work(status), screen),
  ];
}

/** In one line, or in two where the terminal is narrow. */
function headingLines(status: Status, { paint, width }: Screen): readonly string[] {
  const heading = `groundmist ${status.version}  up ${formatDuration(status.uptimeSeconds)}`;
  const { tone, state } = stateOf(status);
  const shown = [paint('title', cutToWidth(heading, width)), paint(tone, cutToWidth(state, width))];
  return Bun.stringWidth(`${heading}  ${state}`) > width ? shown : [shown.join('  ')];
}

/** A namespace that is being opened keeps it from being ready, and is no trouble; a record that leads elsewhere is the other way round. */
function stateOf({ isReady, problems }: Status): { readonly tone: Tone; readonly state: string } {
  if (!isReady && problems.length === 0) return { tone: 'warning', state: '● getting ready' };
  if (!isReady) return { tone: 'problem', state: '● in trouble' };
  if (problems.length > 0) return { tone: 'problem', state: '● ready, needs attention' };
  return { tone: 'good', state: '● ready' };
}

function identity({ owner, url, dataDirectory }: Status): readonly Fact[] {
  return [
    { label: 'owner', text: owner },
    { label: 'address', text: url },
    { label: 'data', text: dataDirectory },
  ];
}

function work(status: Status): readonly Fact[] {
  const { sessions, devices, peers, memory, disk } = status;
  const automerge =
    memory.automergeBytes === null
      ? ''
      : `, and ${formatBytes(memory.automergeBytes)} of its Automerge process`;
  const own = memory.serverBytes === null ? 'not known on this system' : formatBytes(memory.serverBytes);
  return [
    {
      label: 'connected',
      text: `${count(peers, 'peer')}; ${count(sessions, 'session')} of ${count(devices, 'device')}`,
    },
    approvals(status),
    { label: 'memory', text: `${own}${automerge}` },
    { label: 'disk', text: `${formatBytes(disk.freeBytes)} left of ${formatBytes(disk.sizeBytes)}` },
    backup(status),
    record(status),
    ...certificate(status),
  ];
}

function approvals({ approvals: waiting }: Status): Fact {
  const label = 'waiting';
  if (waiting.length === 0) return { label, text: 'no app waits for your answer' };
  const shown = waiting.slice(0, mostApprovals).map(({ id }) => id);
  const more = waiting.length > mostApprovals ? ` and ${waiting.length - mostApprovals} more` : '';
  return { label, text: `${shown.join(', ')}${more}; see \`groundmist app list\``, tone: 'warning' };
}

function backup({ backup: report, at }: Status): Fact {
  const label = 'backup';
  if (report === null) return { label, text: 'not set up', tone: 'faint' };
  if (report.lastAt === null) return { label, text: 'never', tone: report.isStale ? 'warning' : 'faint' };
  const text = `${ago(report.lastAt, at)}${report.isStale ? ', older than it should be' : ''}`;
  return { label, text, ...(report.isStale && { tone: 'warning' }) };
}

function record({ publish, at }: Status): Fact {
  const label = 'published';
  if (publish === null) return { label, text: 'nothing to publish: it has no public name', tone: 'faint' };
  const { state, checkedAt, missed } = publish;
  if (missed === null) {
    const looked = checkedAt === null ? '' : `, looked at ${ago(checkedAt, at)}`;
    return { label, ...describeRecord(publish, looked) };
  }
  const since = formatTime(Date.parse(missed.since));
  if (state === 'unknown') {
    return { label, text: `could not be looked at since ${since}: ${missed.why}`, tone: 'warning' };
  }
  return { label, tone: 'warning', ...describeRecord(publish, `, could not look since ${since}`) };
}

function describeRecord(
  { state, host }: NonNullable<Status['publish']>,
  looked: string,
): Pick<Fact, 'text' | 'tone'> {
  switch (state) {
    case 'this-server':
      return { text: `apps find this server${looked}` };
    case 'another-host':
      return { text: `apps are sent to ${host}${looked}`, tone: 'problem' };
    case 'another-key':
      return { text: `the record names another key or DID${looked}`, tone: 'problem' };
    case 'no-usable-host':
      return { text: `the record names no usable host${looked}`, tone: 'problem' };
    case 'nothing':
      return { text: 'not published; `groundmist publish` tells apps where it is' };
    case 'gone':
      return { text: `the record is gone${looked}`, tone: 'warning' };
    case 'unknown':
      return { text: 'not looked at yet', tone: 'faint' };
  }
}

/** Only of TLS of our own; why there is none stands above. */
function certificate({ certificate: report, at }: Status): readonly Fact[] {
  if (report === null) return [];
  const label = 'tls';
  const { source, validTo } = report;
  if (validTo === null) return [{ label, text: 'no certificate yet', tone: 'problem' }];
  const seconds = (Date.parse(validTo) - Date.parse(at)) / 1000;
  const end = formatTime(Date.parse(validTo));
  if (seconds <= 0) return [{ label, text: `the certificate ended at ${end}`, tone: 'problem' }];
  const who = source === 'authority' ? 'renewed by itself' : 'which you renew';
  return [{ label, text: `a certificate for another ${formatDuration(seconds)} (${end}), ${who}` }];
}

/** `2 h 5 min ago (2025-11-21 05:14:50Z)`. */
function ago(then: string, now: string): string {
  const seconds = (Date.parse(now) - Date.parse(then)) / 1000;
  return `${formatDuration(seconds)} ago (${formatTime(Date.parse(then))})`;
}

function factLines(facts: readonly Fact[], { paint, width }: Screen): readonly string[] {
  return facts.map(({ label, text, tone }) => {
    const shown = cutToWidth(escapeUnprintable(text), width - labelWidth);
    return `${paint('faint', label.padEnd(labelWidth))}${tone === undefined ? shown : paint(tone, shown)}`;
  });
}

/** Each with its mark, after an empty line, its words on as many lines as they need. */
function paragraphs(sentences: readonly string[], mark: string, width: number): readonly string[] {
  return sentences.flatMap((sentence) => {
    const [first = '', ...others] = wrap(escapeUnprintable(sentence), width - 2);
    return ['', `${mark} ${first}`, ...others.map((line) => `  ${line}`)];
  });
}

function wrap(text: string, width: number): readonly string[] {
  return Bun.wrapAnsi(text, Math.max(1, width), { hard: true, trim: true }).split('\n');
}
