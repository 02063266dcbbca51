import type { OperationColumns } from './operation-columns.ts';
import { isWholeNumber, nullValue, valueType } from './operation-value.ts';
import { UnsoundError } from './unsound-error.ts';

/** What operations do: https://automerge.org/automerge-binary-format-spec/#_actions */
const makeMap = 0;
const set = 1;
const makeList = 2;
export const removeAction = 3;
const makeText = 4;
const increment = 5;
/** Documents of the first versions may have some; nothing that is written today makes one. */
const makeTable = 6;
export const markAction = 7;

/** Throws where the action of the row that was read does not go with the rest of it. */
export function checkAction(columns: OperationColumns, metadata: number, predecessors: number): void {
  const { action, insert, expand, markName } = columns;
  if (action.isNull) throw new UnsoundError('an operation does nothing');
  if (insert.value && predecessors > 0) throw new UnsoundError('an insertion overwrites');
  if (action.value === markAction) {
    return;
  }
  if (expand.value || !markName.isNull) throw new UnsoundError('an operation is a mark and is none');
  switch (action.value) {
    case set:
      return;
    case makeMap:
    case makeList:
    case makeText:
      if (valueType(metadata) !== nullValue) throw new UnsoundError('a new object has a value');
      return;
    case removeAction:
      // Automerge keeps a removal with what it removes, and nothing else of it.
      if (insert.value || predecessors === 0 || valueType(metadata) !== nullValue) {
        throw new UnsoundError('a removal removes nothing');
      }
      return;
    case increment:
      if (insert.value || !isWholeNumber(valueType(metadata)))
        throw new UnsoundError('an increment is no number');
      return;
    default:
      throw new UnsoundError('an operation does what Automerge does not know');
  }
}

/** Whether this action makes an object. */
export function isObject(action: number): boolean {
  return isMap(action) || action === makeList || action === makeText;
}

/** Whether the object that this action makes has texts as keys. */
export function isMap(action: number): boolean {
  return action === makeMap || action === makeTable;
}

/** Whether this action leaves something that a later operation can overwrite or remove. */
export function isOverwritable(action: number): boolean {
  return action !== removeAction && action !== markAction;
}
