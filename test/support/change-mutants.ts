import * as Automerge from '@automerge/automerge';
import { craftChange, partsOf, type ChangeParts } from './change-parts.ts';

/** Numbers below `below`, from 0. */
export type Random = (below: number) => number;
type DecodedChange = ReturnType<typeof Automerge.decodeChange>;
type Operation = DecodedChange['ops'][number] & Record<string, unknown>;

function pick<Item>(random: Random, items: readonly Item[], otherwise: Item): Item {
  return items[random(items.length)] ?? otherwise;
}

/** The change of this body with one or two of its bytes or numbers changed, under a valid hash. */
export function mutateBytes(body: Uint8Array, random: Random): Uint8Array {
  const parts = partsOf(body);
  for (let left = 1 + random(2); left > 0; left -= 1) pick(random, byteMutations, noMutation)(parts, random);
  return craftChange(parts);
}

type ByteMutation = (parts: ChangeParts, random: Random) => void;
const noMutation: ByteMutation = () => undefined;
const telling = [0, 1, 2, 0x7e, 0x7f, 0x80];

const columnMutations: readonly ByteMutation[] = [
  ({ columns }, random) => {
    const bytes = columns[random(columns.length)]?.bytes ?? [];
    bytes[random(bytes.length)] = random(2) ? random(256) : pick(random, telling, 0);
  },
  ({ columns }, random) => {
    const bytes = columns[random(columns.length)]?.bytes ?? [];
    bytes.splice(random(bytes.length + 1), 0, random(2) ? random(256) : pick(random, telling, 0));
  },
  ({ columns }, random) => {
    const bytes = columns[random(columns.length)]?.bytes ?? [];
    bytes.splice(random(bytes.length), 1);
  },
  ({ columns }, random) => {
    const [one, other] = [columns[random(columns.length)], columns[random(columns.length)]];
    if (one && other) [one.bytes, other.bytes] = [other.bytes, one.bytes];
  },
  ({ columns }, random) => void columns.splice(random(columns.length), 1),
  ({ columns }, random) => {
    const specification = pick(
      random,
      [0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x57, 0x71, 0x73, 0x94, 0xa5, 0x7f2],
      0x94,
    );
    const bytes = [...pick(random, [[1], [2, 1], [0, 1], [0x7f, 1], [0x7f, 1, 97], [1, 1]], [1])];
    columns.push({ specification, bytes });
    columns.sort((one, other) => one.specification - other.specification);
  },
  ({ columns }, random) => {
    const metadata = columns.find(({ specification }) => specification === 0x56)?.bytes ?? [];
    const last = metadata.pop();
    if (last !== undefined) metadata.push((last & 0xf0) | random(16));
  },
];

/** Counters that leave out millions end Automerge, which makes room for what is left out: no mutant has them. */
const headerMutations: readonly ByteMutation[] = [
  (parts, random) => (parts.startOp = pick(random, [parts.startOp + 1, parts.startOp + 100, 1, 2 ** 40], 1)),
  (parts, random) => (parts.seq += random(3) - 1),
  (parts) => void (parts.otherActors = parts.otherActors.toReversed()),
  (parts, random) => void parts.otherActors.push(Uint8Array.of(9, random(9))),
  (parts) => void (parts.dependencies = parts.dependencies.toReversed()),
  (parts) => void parts.dependencies.push(...parts.dependencies),
  (parts) => (parts.message = Uint8Array.of(0xff)),
  (parts, random) => (parts.actor = new Uint8Array(random(3))),
  (parts) => (parts.extra = Uint8Array.of(1, 2, 3)),
];

const byteMutations = [...columnMutations, ...columnMutations, ...headerMutations];

/** The change with one or two of its operations changed, which may refer to `ids`; undefined where it has none. */
export function mutateOperations(
  change: DecodedChange,
  ids: readonly string[],
  random: Random,
): Uint8Array | undefined {
  const { hash: _, ...mutant } = structuredClone(change);
  const own = (): string => `${random(mutant.startOp + mutant.ops.length)}@${mutant.actor}`;
  const anyId = (): string => (random(3) === 0 ? own() : pick(random, ids, own()));
  for (let left = 1 + random(2); left > 0; left -= 1) {
    const operation: Operation | undefined = mutant.ops[random(mutant.ops.length)];
    if (operation === undefined) return undefined;
    pick(random, operationMutations, noOperationMutation)(operation, mutant.ops, { random, anyId });
  }
  try {
    return Automerge.encodeChange({ ...mutant, hash: null } as unknown as DecodedChange);
  } catch {
    return undefined;
  }
}

interface Choices {
  readonly random: Random;
  readonly anyId: () => string;
}
type OperationMutation = (operation: Operation, operations: Operation[], choices: Choices) => void;
const noOperationMutation: OperationMutation = () => undefined;

const operationMutations: readonly OperationMutation[] = [
  (operation, _, { random }) => {
    const action = pick(random, ['makeMap', 'makeList', 'makeText', 'set', 'del', 'inc'], 'set');
    const hasValue = action === 'set' || action === 'inc';
    Object.assign(operation, { action, ...(hasValue && { value: 1, datatype: 'int' }) });
    if (!hasValue) delete operation['value'];
    if (!hasValue) delete operation['datatype'];
  },
  (operation, _, { random, anyId }) => void (operation.obj = random(5) === 0 ? '_root' : anyId()),
  (operation, _, { random, anyId }) => {
    const wasText = operation.key !== undefined;
    for (const name of ['key', 'elemId', 'insert']) delete operation[name];
    if (wasText) operation['elemId'] = random(3) === 0 ? '_head' : anyId();
    else operation.key = 'another';
  },
  (operation, _, { random, anyId }) => {
    if (operation.key === undefined) operation['elemId'] = random(3) === 0 ? '_head' : anyId();
    else operation.key = pick(random, ['', 'counter', 'é1', 'another'], '');
  },
  (operation) => void (operation.insert = !operation.insert),
  (operation, _, { anyId }) => void (operation.pred = [...operation.pred, anyId()]),
  (operation) => void (operation.pred = []),
  (operation, _, { anyId }) => void (operation.pred = [anyId()]),
  (operation, operations) => void operations.splice(operations.indexOf(operation), 1),
  (operation, operations) => void operations.unshift(structuredClone(operation)),
  (operation, operations) => {
    const at = operations.indexOf(operation);
    operations.push(...operations.splice(at, 1));
  },
];
