import { type Circuit, operandsOf } from './circuit.js';
import { operationLuts } from './cost.js';
import { levelsInLayer } from './delay.js';
import { tablesFor, type UnitFunction, type UnitTables } from './tables.js';

/** Tables for units. Each has no more levels, and takes fewer LUTs, than its unit in a circuit that shares no sums. */
export function tablesBeside(
  units: readonly UnitFunction[],
  unitOf: UnitMap,
  unshared: Circuit,
): UnitTables[] {
  const levels = levelsInLayer(unshared);
  const readers = countReaders(unshared);
  return units
    .map((unit) => {
      const value = unitOf(unit.value);
      const luts = release(unshared, value, readers) - 1;
      return tablesFor(unit, { levels: Math.max(1, levels[value]), luts });
    })
    .filter((tables) => tables !== undefined);
}

/** Leads from a unit's value in one circuit to the same unit's value in another circuit of the network. */
export type UnitMap = (value: number) => number;

export function unitMap(from: Circuit, to: Circuit): UnitMap {
  const map = new Map<number, number>();
  from.layers.forEach(({ units }, layer) => {
    units.forEach(({ value }, unit) => {
      map.set(value, to.layers[layer].units[unit].value);
    });
  });
  return (value) => map.get(value) as number;
}

/**
 * Chooses the tables that take fewer LUTs than they make superfluous. A sum that several units share becomes superfluous
 * only when its last reader is replaced.
 *
 * @param formed the network's circuit without tables
 */
export function cheaperTables(tables: readonly UnitTables[], unitOf: UnitMap, formed: Circuit): UnitTables[] {
  const readers = countReaders(formed);
  const chosen = new Set<UnitTables>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const table of tables) {
      if (chosen.has(table)) continue;
      const value = unitOf(table.unit.value);
      if (release(formed, value, readers) > table.plan.luts) {
        chosen.add(table);
        changed = true;
      } else take(formed, value, readers);
    }
  }
  return tables.filter((table) => chosen.has(table));
}

/** Readers of each value in its layer; what the layer hands on is read once more. */
function countReaders({ values, layers }: Circuit): number[] {
  const readers = Array<number>(values.length).fill(0);
  for (const { operation, layer } of values)
    for (const operand of operandsOf(operation)) if (values[operand].layer === layer) readers[operand] += 1;
  for (const { units } of layers) for (const { value } of units) readers[value] += 1;
  return readers;
}

/** LUTs of what nobody needs once one reader of a value is gone. */
function release(circuit: Circuit, value: number, readers: number[]): number {
  const { operation, layer } = circuit.values[value];
  readers[value] -= 1;
  if (readers[value] > 0) return 0;
  let luts = operationLuts(circuit.values, circuit.values[value]);
  for (const operand of operandsOf(operation))
    if (circuit.values[operand].layer === layer) luts += release(circuit, operand, readers);
  return luts;
}

/** Undoes a release. */
function take(circuit: Circuit, value: number, readers: number[]): void {
  const { operation, layer } = circuit.values[value];
  readers[value] += 1;
  if (readers[value] > 1) return;
  for (const operand of operandsOf(operation))
    if (circuit.values[operand].layer === layer) take(circuit, operand, readers);
}
