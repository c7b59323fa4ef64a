import { assertNever, invariant } from '../../core/assert.js';
import { contains, type Interval } from '../../fixed/interval.js';
import { type Circuit, isSigned, operandsOf, type Piece, type Value, widthOf } from './circuit.js';

/**
 * The rules of a circuit, checked after every pass: values read only what stands before them, of other
 * layers only what the layer before hands on, every range holds what
 * the operation can give as far as intervals tell, every piece lies inside its word and inside its reader, no column
 * of an adder's row or of a join is covered twice.
 *
 * @throws an internal error that names the pass and the value
 */
export function verifyCircuit(circuit: Circuit, pass: string): Circuit {
  const passed = [
    new Set(circuit.inputs.map(({ value }) => value)),
    ...circuit.layers.map(({ units }) => new Set(units.map((unit): number | undefined => unit.value))),
  ];
  circuit.values.forEach((value, number) => {
    const require = (condition: boolean, what: string) => {
      invariant(condition, `after ${pass}: %${number} ${value.name} ${what}`);
    };
    for (const operand of operandsOf(value.operation)) {
      require(operand >= 0 && operand < number, `reads %${operand}, which does not stand before it`);
      const from = circuit.values[operand];
      const isWithin = from.layer === value.layer || from.operation.kind === 'constant';
      require(isWithin ||
        passed[value.layer].has(operand), `of layer ${value.layer} reads inside layer ${from.layer}`);
    }
    require(value.layer < circuit.layers.length, 'belongs to no layer');
    checkOperation(circuit, value, require);
  });
  const ports = [
    ...circuit.outputs.map(({ value, format }) => ({ value, format })),
    ...circuit.layers.flatMap(({ units }) => units),
  ];
  for (const { value, format } of ports) {
    const { range, name } = circuit.values[value];
    const limit = 2 ** (format.signed ? format.width - 1 : format.width);
    const fits = range.low >= (format.signed ? -limit : 0) && range.high < limit;
    invariant(fits, `after ${pass}: ${name} does not fit its port`);
  }
  return circuit;
}

type Require = (condition: boolean, what: string) => void;

function checkOperation(circuit: Circuit, { operation, range }: Value, require: Require): void {
  const rangeOf = (value: number) => circuit.values[value].range;
  const holds = (inner: Interval) =>
    require(contains(range, inner), `has not ${inner.low}..${inner.high} in its range`);
  switch (operation.kind) {
    case 'input':
    case 'sum':
      return;
    case 'constant':
      require(range.low === operation.code && range.high === operation.code, 'is not its constant');
      return;
    case 'product': {
      const ends = [rangeOf(operation.value).low, rangeOf(operation.value).high];
      ends.forEach((end) => {
        holds({ low: end * operation.weight + 0, high: end * operation.weight + 0 });
      });
      return;
    }
    case 'adder': {
      const { rows, carries, columns } = operation;
      require(rows.length === 2 || rows.length === 3, `adds ${rows.length} rows`);
      require(carries.length < rows.length, `takes ${carries.length} carries`);
      for (const row of rows) checkPieces(circuit, row, columns, require);
      for (const carry of carries) checkPieces(circuit, [carry], 1, require);
      require(range.low === 0, 'is signed');
      return;
    }
    case 'join':
      checkPieces(circuit, operation.pieces, widthOf(range), require);
      return;
    case 'shift': {
      const { low, high } = rangeOf(operation.value);
      const factor = 2 ** operation.left;
      holds({ low: Math.floor(low * factor), high: Math.floor(high * factor) });
      return;
    }
    case 'even': {
      const { low, high } = rangeOf(operation.value);
      holds({ low: low % 2 === 0 ? low : low - 1, high });
      return;
    }
    case 'relu': {
      const { low, high } = rangeOf(operation.value);
      holds({ low: Math.max(low, 0), high: Math.max(high, 0) });
      return;
    }
    case 'clamp':
      require(contains(rangeOf(operation.value), range), 'clamps to more than there is');
      return;
    case 'wrap':
      require(widthOf(range) === operation.bits, 'has another width than it is wrapped to');
      return;
    case 'table': {
      const bits = operation.values.reduce((sum, value) => sum + widthOf(rangeOf(value)), 0);
      require(operation.codes.length === 2 ** bits, 'has the wrong number of codes');
      holds({ low: Math.min(...operation.codes), high: Math.max(...operation.codes) });
      return;
    }
    case 'register':
      holds(rangeOf(operation.value));
      return;
    default:
      assertNever(operation);
  }
}

function checkPieces(circuit: Circuit, pieces: readonly Piece[], columns: number, require: Require): void {
  const covered = new Set<number>();
  for (const { value, from, count, at } of pieces) {
    const { range } = circuit.values[value];
    require(count > 0 && from >= 0 && from + count <= widthOf(range), `reads bits that %${value} has not`);
    require(at >= 0 && at + count <= columns, `puts %${value} beyond its ${columns} columns`);
    // A constant is a pattern of bits here: a negative one would have no end.
    require(!isSigned(range) ||
      circuit.values[value].operation.kind !== 'constant', 'reads a negative constant');
    for (let column = at; column < at + count; column++) {
      require(!covered.has(column), `covers column ${column} twice`);
      covered.add(column);
    }
  }
}
