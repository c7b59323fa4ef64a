import type { QuantizedNetwork } from '../../network/types.js';
import { blockComment, describeFormats, describeLabels, madeBy } from '../comment.js';
import type { Generator } from '../generator.js';
import { floorShift } from './finish.js';
import { headText } from './head.js';
import { layerLines } from './layer.js';
import { nameInC } from './names.js';
import { type CLayer, type NetworkPlan, planNetwork, rowsOf } from './plan.js';
import type { CStyle } from './style.js';
import { INT32, INT64 } from './types.js';

/**
 * The network in C99: one header and one source, integers only, equal to the reference model bit for bit. No
 * allocation, no static variables (reentrant), no recursion; only unsigned numbers are shifted and nothing
 * narrows silently, so that no result is left to the compiler.
 *
 * @returns file name → text: `<name>.h` and `<name>.c`; another name where a header of the system has that one
 * @throws exchange/c-argmax-too-wide
 */
export function exportC(
  given: QuantizedNetwork,
  generator: Generator,
  style: CStyle = 'tables',
): Map<string, string> {
  const network = { ...given, name: nameInC(given.name) };
  const plan = planNetwork(network);
  return new Map([
    [`${network.name}.h`, headerText(network, plan, generator)],
    [`${network.name}.c`, sourceText(network, plan, generator, style)],
  ]);
}

function headerText(network: QuantizedNetwork, plan: NetworkPlan, generator: Generator): string {
  const { name } = network;
  const upper = name.toUpperCase();
  const head = headText(network, plan);
  return text([
    ...blockComment([
      `${name}: integer inference of a neural network.`,
      '',
      `Input codes:  ${describeFormats(plan.affine.inputs.map(({ format }) => format))}.`,
      `Output codes: ${describeFormats(plan.affine.outputs.map(({ format }) => format))}.`,
      ...describeLabels(network),
      '',
      madeBy(generator),
    ]),
    `#ifndef ${upper}_H`,
    `#define ${upper}_H`,
    '',
    '#include <stdint.h>',
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    `#define ${upper}_INPUTS ${plan.input.length}U`,
    `#define ${upper}_OUTPUTS ${plan.output.length}U`,
    '',
    `typedef ${plan.input.type.name} ${name}_input_t;`,
    `typedef ${plan.output.type.name} ${name}_output_t;`,
    '',
    '/* Runs the network; an input outside its format makes the outputs meaningless. */',
    `${runPrototype(name)};`,
    ...(head.prototypes.length > 0 ? ['', ...head.prototypes] : []),
    '',
    '#ifdef __cplusplus',
    '}',
    '#endif',
    '',
    `#endif /* ${upper}_H */`,
  ]);
}

function sourceText(
  network: QuantizedNetwork,
  plan: NetworkPlan,
  generator: Generator,
  style: CStyle,
): string {
  const head = headText(network, plan).definitions;
  const layers = plan.layers.map((layer) => layerLines(layer, style));
  const body = [...layers.flat(), ...head].join('\n');
  const helpers = [INT32, INT64].filter((type) => body.includes(`floor_shift${type.bytes * 8}(`));
  return text([
    ...blockComment([
      `${network.name}: integer inference of a neural network.`,
      '',
      ...plan.layers.map(describeLayer),
      '',
      madeBy(generator),
    ]),
    `#include "${network.name}.h"`,
    '',
    ...helpers.flatMap((type) => [...floorShift(type), '']),
    ...plan.layers.flatMap((layer, index) => [`/* ${layer.name} */`, '', ...layers[index], '']),
    ...runLines(network.name, plan),
    ...(head.length > 0 ? ['', ...head] : []),
  ]);
}

function describeLayer(layer: CLayer): string {
  const terms = rowsOf(layer).reduce((sum, row) => sum + row.terms.length, 0);
  const units = `${layer.outputs.length} ${layer.outputs.length === 1 ? 'unit' : 'units'}`;
  if (layer.denseTerms === 0) return `Layer ${layer.name}: ${units}, each the largest of some codes.`;
  return `Layer ${layer.name}: ${units}, ${terms} of ${layer.denseTerms} products, sums in ${layer.compute.name}.`;
}

const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

const runPrototype = (name: string) => {
  const upper = name.toUpperCase();
  return `void ${name}_run(const ${name}_input_t input[${upper}_INPUTS], ${name}_output_t output[${upper}_OUTPUTS])`;
};

function runLines(name: string, plan: NetworkPlan): string[] {
  const last = plan.layers.length - 1;
  const target = (index: number) => (index === last ? 'output' : `buffer${index % 2}`);
  return [
    runPrototype(name),
    '{',
    ...plan.buffers.map(({ type, length }, index) => `    ${type.name} buffer${index}[${length}];`),
    ...(plan.buffers.length > 0 ? [''] : []),
    ...plan.layers.map((layer, index) => {
      return `    ${layer.name}_layer(${index === 0 ? 'input' : target(index - 1)}, ${target(index)});`;
    }),
    '}',
  ];
}
