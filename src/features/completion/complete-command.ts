import { setTimeout } from 'node:timers/promises';
import { describeCommands } from '../../command-line/description.ts';
import { Configuration } from '../../configuration.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import type { Candidate, FindCandidates, Offer } from '../../command-line/offer.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { InputTooLong } from '../../platform/terminal.ts';
import { findSources } from '../../sources.ts';
import { readLine } from './line.ts';
import { offerFor, type Offered } from './offer.ts';

/** A person waits after Tab; what is not found by then is not offered. */
const patienceMs = 800;
const longestLineBytes = 64 * 1024;
const longestSummary = 80;
/** Bash takes what it is given for typed words: one with `$(…)` in it, an app's name, would be run at Enter. */
const isSafe = /^[\w.:/@%+,=-]+$/;

/**
 * What the completion scripts ask at each Tab. Stdin has the words after `groundmist`, each ended by NUL, the one being
 * typed last. The first line of the answer is `words`, `file` or `directory`; then come words, a tab, what they mean.
 */
export const run: RunCommand = async (context) => {
  if (context.terminal.isInteractive) return;
  const input = await readLineOf(context.terminal);
  if (input === undefined) return;
  const words = input.split('\0').slice(0, -1);
  const offered = offerFor(words, describeCommands(context.features));
  const isPath = offered.lookUp === 'file' || offered.lookUp === 'directory';
  const found = isPath ? [] : await lookUp(offered, words, context);
  const lines = [...offered.words, ...found].filter(({ word }) => isSafe.test(word)).map(formatCandidate);
  await context.terminal.result([isPath ? offered.lookUp : 'words', ...lines].join('\n'));
};

/** Undefined where it is longer than anybody types. */
async function readLineOf(terminal: CommandContext['terminal']): Promise<string | undefined> {
  try {
    return await terminal.readInput(longestLineBytes);
  } catch (error) {
    if (error instanceof InputTooLong) return undefined;
    throw error;
  }
}

function formatCandidate({ word, summary = '' }: Candidate): string {
  const text = escapeUnprintable(summary);
  return `${word}\t${text.length > longestSummary ? `${text.slice(0, longestSummary - 1)}…` : text}`;
}

/** Nothing where it cannot be found, or not soon: who presses Tab wants no message in the middle of a line. */
async function lookUp(
  { lookUp: offer, prefix }: Offered,
  words: readonly string[],
  context: CommandContext,
): Promise<readonly Candidate[]> {
  if (offer === undefined) return [];
  try {
    const find = await finderOf(offer);
    const asked = { ...context, configuration: configurationOf(words, context) };
    const found = await Promise.race([find(asked), setTimeout(patienceMs, [])]);
    // Somebody else's name for something must not be a flag of ours.
    const named = found.filter(({ word }) => !word.startsWith('-'));
    return named.map((candidate) => ({ ...candidate, word: prefix + candidate.word }));
  } catch {
    return [];
  }
}

async function finderOf(offer: Offer): Promise<FindCandidates> {
  if (typeof offer === 'function') return await offer();
  return (await import('./namespaces.ts')).findNamespaceCandidates;
}

/** The settings that the line being typed would run with. */
function configurationOf(words: readonly string[], { features, terminal }: CommandContext): Configuration {
  const { described, flags } = readLine(words.slice(0, -1), describeCommands(features));
  const settings = (described?.flags ?? []).flatMap(({ name, setting }) =>
    setting === undefined ? [] : [[setting.env, flags.get(name)] as const],
  );
  const quiet = { environment: terminal.environment, note() {} };
  return new Configuration(findSources(Object.fromEntries(settings), flags.get('--env-file'), quiet));
}
