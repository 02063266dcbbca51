import { isMap, isObject, isOverwritable, markAction } from '../format/operation-action.ts';
import type { ElementOrder } from './element-order.ts';
import type { KnownBefore } from './known-before.ts';
import type { OperationReader } from './operation-reader.ts';
import type { OperationRun } from './operation-run.ts';
import type { OperationTable } from './operation-table.ts';

export const notBefore = 'it refers to operations that are not before it';

/** What is asked of the operations before. */
export interface Before {
  readonly table: OperationTable;
  readonly order: ElementOrder;
  /** Hears of each that is referred to. */
  readonly known: KnownBefore;
}

/**
 * Why the operations that were read last cannot refer to what they do: it is not there, or not of the kind that it is taken for.
 * The rest of a sentence.
 */
export function whyNotReferred(before: Before, reader: OperationReader): string | undefined {
  const { run, blocks } = reader;
  const isRemoval = run.length > 1 && !run.isInserting;
  const reason =
    whyNoObject(before, run) ??
    (isRemoval
      ? whyNotRemoved(before, run)
      : (whyNoElement(before, run) ?? whyNoPredecessor(before, reader)));
  const isMarkEnd = run.action === markAction && blocks.markName.isNull;
  if (reason !== undefined || !isMarkEnd) return reason;
  return endsBeforeItBegins(before, run) ? 'a mark in it ends before it begins' : undefined;
}

function whyNoObject({ table, known }: Before, run: OperationRun): string | undefined {
  if (run.objectCounter === 0) return undefined;
  const object = table.find(run.objectActor, run.objectCounter);
  if (object < 0) return notBefore;
  known.refer(run.objectActor, run.objectCounter);
  const action = table.actionOf(object);
  if (!isObject(action)) return 'it writes into an object that is none';
  return isMap(action) === run.hasText ? undefined : 'it writes into an object that has keys of another kind';
}

function whyNoElement({ table, known }: Before, run: OperationRun): string | undefined {
  if (run.hasText || run.keyCounter === 0) return undefined;
  const element = table.find(run.key, run.keyCounter);
  if (element < 0) return notBefore;
  known.refer(run.key, run.keyCounter);
  if (!table.isInserting(element)) return 'it refers to an element that was not inserted';
  return table.isInSameObject(element, run) ? undefined : 'it refers to an element of another list';
}

function whyNoPredecessor({ table, known }: Before, reader: OperationReader): string | undefined {
  const { run, blocks } = reader;
  for (; blocks.predecessorsLeft > 0; blocks.passPredecessor()) {
    const actor = reader.actorOf(blocks.predecessorActor.value);
    const counter = blocks.predecessorCounter.value;
    const before = table.find(actor, counter);
    if (before < 0) return notBefore;
    known.refer(actor, counter);
    const isElement = run.key === actor && run.keyCounter === counter;
    const isSame = table.isInserting(before) ? isElement && !run.hasText : hasSameKey(table, before, run);
    if (!isSame || !table.isInSameObject(before, run)) return 'it overwrites what is of another place';
    if (!isOverwritable(table.actionOf(before))) return 'it overwrites what left nothing';
  }
  return undefined;
}

/** Elements that are removed one after the other, each as it was inserted. */
function whyNotRemoved({ table, known }: Before, run: OperationRun): string | undefined {
  const { key, keyCounter, length } = run;
  for (let counter = keyCounter; counter < keyCounter + length;) {
    const element = table.find(key, counter);
    if (element < 0) return notBefore;
    if (!table.isInserting(element)) return 'it refers to an element that was not inserted';
    if (!table.isInSameObject(element, run)) return 'it refers to an element of another list';
    if (!isOverwritable(table.actionOf(element))) return 'it overwrites what left nothing';
    counter = table.endOf(element);
  }
  known.refer(key, keyCounter + length - 1);
  return undefined;
}

function hasSameKey(table: OperationTable, before: number, run: OperationRun): boolean {
  return (
    table.hasText(before) === run.hasText &&
    table.keyOf(before) === run.key &&
    table.keyCounterOf(before) === run.keyCounter
  );
}

/** A mark begins with the operation before, directly behind its element: what it ends behind must stand behind that. */
function endsBeforeItBegins(
  { table, order }: Before,
  { actor, first, key, keyCounter }: OperationRun,
): boolean {
  const begin = table.find(actor, first - 1);
  if (begin < 0) return true;
  const beginElement = { actor: table.keyOf(begin), counter: table.keyCounterOf(begin) };
  return !order.isBehind({ actor: key, counter: keyCounter }, beginElement);
}
