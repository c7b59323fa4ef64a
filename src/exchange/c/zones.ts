import { NO_ZONE } from '../../network/zones.js';
import { finishCall, finishFunctions } from './ends.js';
import type { CTable } from './layer.js';
import { sourceParameters } from './move.js';
import { indent, table } from './text.js';
import { runsOf, scaled } from './window.js';
import type { CZones } from './zones-plan.js';

/**
 * The tables of what is weighted by zones: of each row, and of each column, the band in which it lies, and the zone where two
 * bands cross; of the units the channel, where they begin, and their weights, zone after zone.
 */
export function zonesTables({ name, zones, positions, units }: CZones): CTable[] {
  const { begins, numbers, count } = zones;
  const [down, across] = ([0, 1] as const).map((axis) =>
    Array.from({ length: positions[axis] }, (_, at) => begins[axis].findLastIndex((begin) => begin <= at)),
  );
  return [
    { name: `${name}_down`, groups: [down.map((band) => band * begins[1].length)] },
    { name: `${name}_across`, groups: [across] },
    { name: `${name}_zones`, groups: numbers.map((band) => band.map((at) => (at === NO_ZONE ? count : at))) },
    { name: `${name}_channels`, groups: [units.map(({ channel }) => channel)] },
    { name: `${name}_starts`, groups: [units.map(({ start }) => start)] },
    { name: `${name}_weights`, groups: units.map(({ weights }) => weights) },
  ];
}

export function zonesLines(step: CZones): string[] {
  const { name, source, outputs, positions, finishes, compute, units } = step;
  const [rows, columns] = positions;
  const channels = source.length / (rows * columns);
  let unit = 0;
  const loops = runsOf(units).flatMap(({ finish, count }) => {
    const from = unit;
    unit += count;
    return unitLoop(step, finish, from, from + count);
  });
  const parameters = [...sourceParameters([source]), `${outputs.type.name} y[${outputs.length}]`];
  return [
    ...finishFunctions({ name, finishes, compute }),
    ...zonesTables(step).flatMap((one) => [...table(one.name, one.groups), '']),
    `static void ${name}_layer(${parameters.join(', ')})`,
    '{',
    ...[
      'uint32_t at = 0U;',
      'uint32_t cell = 0U;',
      '',
      `for (uint32_t row = 0U; row < ${rows}U; row++) {`,
      ...[
        `for (uint32_t column = 0U; column < ${columns}U; column++) {`,
        ...[
          `const uint32_t zone = ${name}_zones[(uint32_t)${name}_down[row] + ${name}_across[column]];`,
          '',
          ...loops,
          `at += ${units.length}U;`,
          `cell += ${channels}U;`,
        ].map(indent),
        '}',
      ].map(indent),
      '}',
    ].map(indent),
    '}',
  ];
}

function unitLoop(step: CZones, finish: number, from: number, to: number): string[] {
  const { name, compute, outputs, zones } = step;
  const weight = `(${compute.name})${name}_weights[${scaled('unit', zones.count + 1)} + zone]`;
  return [
    `for (uint32_t unit = ${from}U; unit < ${to}U; unit++) {`,
    ...[
      `const ${compute.name} value = (${compute.name})x0[cell + (uint32_t)${name}_channels[unit]];`,
      `const ${compute.name} code = (${compute.name})${name}_starts[unit] + (${weight} * value);`,
      '',
      `y[at + unit] = ${finishCall(step, finish, outputs.type, 'code')};`,
    ].map(indent),
    '}',
  ];
}
