import { assertNever } from '../../core/assert.js';
import { contains, type Interval } from '../../fixed/interval.js';
import { type BitSlice, type Circuit, isSigned, operandsOf, type Value, widthOf } from './circuit.js';

/**
 * The rules of a circuit, checked after every pass: values read only what stands before them, of other layers only
 * what the layer before hands on; every range holds what the operation can give as far as intervals tell; every
 * piece lies inside its word and inside its reader; no column of an adder's row or of a join is covered twice.
 *
 * @throws an internal error that names the pass and the value
 */
export function verifyCircuit(circuit: Circuit, pass: string): Circuit {
  const fail = (number: number, what: string): never => {
    throw new Error(`internal error: after ${pass}: %${number} ${circuit.values[number].name} ${what}`);
  };
  checkOperands(circuit, fail);
  circuit.values.forEach((value, number) => {
    if (value.layer >= circuit.layers.length) fail(number, 'belongs to no layer');
    const wrong = checkOperation(circuit, value);
    if (wrong !== undefined) fail(number, wrong);
  });
  checkPorts(circuit, fail);
  return circuit;
}

type Fail = (number: number, what: string) => never;

function checkOperands({ values, inputs, layers }: Circuit, fail: Fail): void {
  // For each layer, what it may read of others.
  const passed = [
    inputs.map(({ value }) => value),
    ...layers.map(({ units }) => units.map(({ value }) => value)),
  ];
  const readable = passed.map((list) => new Set<number | undefined>(list));
  values.forEach(({ operation, layer }, number) => {
    for (const operand of operandsOf(operation)) {
      if (!(operand >= 0 && operand < number))
        fail(number, `reads %${operand}, which does not stand before it`);
      const from = values[operand];
      if (from.layer === layer || from.operation.kind === 'constant' || readable[layer].has(operand))
        continue;
      fail(number, `of layer ${layer} reads inside layer ${from.layer}`);
    }
  });
}

function checkPorts(circuit: Circuit, fail: Fail): void {
  const ports = [circuit.outputs, ...circuit.layers.map(({ units }) => units)].flat();
  for (const { value, format } of ports) {
    const { range } = circuit.values[value];
    const limit = 2 ** (format.signed ? format.width - 1 : format.width);
    const fits = range.low >= (format.signed ? -limit : 0) && range.high < limit;
    if (!fits) fail(value, 'does not fit its port');
  }
}

/** What is wrong with a value by itself. */
function checkOperation(circuit: Circuit, { operation, range }: Value): string | undefined {
  const rangeOf = (value: number) => circuit.values[value].range;
  switch (operation.kind) {
    case 'input':
    case 'sum':
      return undefined;
    case 'constant':
      return range.low === operation.code && range.high === operation.code
        ? undefined
        : 'is not its constant';
    case 'product': {
      const { low, high } = rangeOf(operation.value);
      const ends = [low * operation.weight + 0, high * operation.weight + 0];
      return missing(range, { low: Math.min(...ends), high: Math.max(...ends) });
    }
    case 'adder': {
      const { rows, carries, columns } = operation;
      if (rows.length < 2 || rows.length > 3) return `adds ${rows.length} rows`;
      if (carries.length >= rows.length) return `takes ${carries.length} carries`;
      if (range.low !== 0) return 'is signed';
      for (const row of rows) {
        const wrong = checkPieces(circuit, row, columns);
        if (wrong !== undefined) return wrong;
      }
      return carries.map((carry) => checkPieces(circuit, [carry], 1)).find((wrong) => wrong !== undefined);
    }
    case 'join':
      return checkPieces(circuit, operation.pieces, widthOf(range));
    case 'shift': {
      const { low, high } = rangeOf(operation.value);
      const factor = 2 ** operation.left;
      return missing(range, { low: Math.floor(low * factor), high: Math.floor(high * factor) });
    }
    case 'even': {
      const { low, high } = rangeOf(operation.value);
      return missing(range, { low: low % 2 === 0 ? low : low - 1, high });
    }
    case 'max': {
      const ranges = operation.values.map(rangeOf);
      const [low, high] = [ranges.map((one) => one.low), ranges.map((one) => one.high)];
      return missing(range, { low: Math.max(...low), high: Math.max(...high) });
    }
    case 'relu': {
      const { low, high } = rangeOf(operation.value);
      return missing(range, { low: Math.max(low, 0), high: Math.max(high, 0) });
    }
    case 'clamp':
      return contains(rangeOf(operation.value), range) ? undefined : 'clamps to more than there is';
    case 'wrap':
      return widthOf(range) === operation.bits ? undefined : 'has another width than it is wrapped to';
    case 'table': {
      const bits = operation.values.reduce((sum, value) => sum + widthOf(rangeOf(value)), 0);
      if (operation.codes.length !== 2 ** bits) return 'has the wrong number of codes';
      return missing(range, { low: Math.min(...operation.codes), high: Math.max(...operation.codes) });
    }
    case 'register':
      return missing(range, rangeOf(operation.value));
    default:
      return assertNever(operation);
  }
}

function missing(range: Interval, inner: Interval): string | undefined {
  return contains(range, inner) ? undefined : `has not ${inner.low}..${inner.high} in its range`;
}

/** What is wrong with pieces that stand side by side in so many columns. */
function checkPieces(circuit: Circuit, pieces: readonly BitSlice[], columns: number): string | undefined {
  for (let number = 0; number < pieces.length; number++) {
    const { value, from, count, at } = pieces[number];
    const { range, operation } = circuit.values[value];
    if (!(count > 0 && from >= 0 && from + count <= widthOf(range)))
      return `reads bits that %${value} has not`;
    if (!(at >= 0 && at + count <= columns)) return `puts %${value} beyond its ${columns} columns`;
    // A constant is a pattern of bits here: a negative one would have no end.
    if (isSigned(range) && operation.kind === 'constant') return 'reads a negative constant';
    for (let other = 0; other < number; other++) {
      const { at: start, count: length } = pieces[other];
      if (at < start + length && start < at + count) return `covers column ${Math.max(at, start)} twice`;
    }
  }
  return undefined;
}
