import { assertNever } from '../../core/assert.js';
import { counted } from '../../core/errors.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { blockComment, describeFormats, describeLabels, madeBy } from '../comment.js';
import type { Generator } from '../generator.js';
import type { CVector } from './buffers.js';
import { floorShift } from './finish.js';
import { headText } from './head.js';
import { layerLines } from './layer.js';
import { moveLines } from './move.js';
import { nameInC } from './names.js';
import { bufferBytes, type CStep, type NetworkPlan, planNetwork, rowsOf } from './plan.js';
import type { CStyle } from './style.js';
import { INT32, INT64 } from './types.js';
import { windowLines } from './window.js';
import { windowProducts } from './window-plan.js';
import { zonesLines } from './zones.js';

/**
 * The network in C99: one header and one source, integers only, equal to the reference model bit for bit. No
 * allocation, no recursion; only unsigned numbers are shifted and nothing narrows silently, so that no result is left
 * to the compiler. Up to 1,024 bytes between the layers lie on the stack; more are static, and then it is not reentrant.
 * A layer over a map is a loop over its positions in both styles.
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
      `Input codes:  ${describeFormats(plan.lowered.inputs.map(({ format }) => format))}.`,
      `Output codes: ${describeFormats(plan.lowered.outputs.map(({ format }) => format))}.`,
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
  const steps = plan.steps.map((step) => stepLines(step, style));
  const body = [...steps.flat(), ...head].join('\n');
  const helpers = [INT32, INT64].filter((type) => body.includes(`floor_shift${type.bytes * 8}(`));
  return text([
    ...blockComment([
      `${network.name}: integer inference of a neural network.`,
      '',
      ...plan.steps.flatMap(describeStep),
      ...describeMemory(plan),
      '',
      madeBy(generator),
    ]),
    `#include "${network.name}.h"`,
    '',
    ...helpers.flatMap((type) => [...floorShift(type), '']),
    ...plan.steps.flatMap(({ name: step }, index) => [`/* ${step} */`, '', ...steps[index], '']),
    ...runLines(network.name, plan),
    ...(head.length > 0 ? ['', ...head] : []),
  ]);
}

function stepLines(step: CStep, style: CStyle): string[] {
  switch (step.kind) {
    case 'layer':
      return layerLines(step, style);
    case 'window':
      return windowLines(step);
    case 'zones':
      return zonesLines(step);
    case 'move':
      return moveLines(step);
    default:
      return assertNever(step);
  }
}

function describeStep(step: CStep): string[] {
  switch (step.kind) {
    case 'layer': {
      const terms = rowsOf(step).reduce((sum, row) => sum + row.terms.length, 0);
      const units = counted(step.outputs.length, 'unit');
      if (step.denseTerms === 0) return [`Layer ${step.name}: ${units}, each the largest of some codes.`];
      return [
        `Layer ${step.name}: ${units}, ${terms} of ${step.denseTerms} products, sums in ${step.compute.name}.`,
      ];
    }
    case 'window': {
      const [rows, columns] = step.positions;
      const units = `${counted(step.units.length, 'unit')} at ${rows}x${columns} positions`;
      if (step.denseTerms === 0) return [`Layer ${step.name}: ${units}, each the largest of some codes.`];
      const products = `${windowProducts(step)} of ${step.denseTerms} products`;
      return [`Layer ${step.name}: ${units}, ${products}, sums in ${step.compute.name}.`];
    }
    case 'zones': {
      const [rows, columns] = step.positions;
      const units = `${counted(step.units.length, 'unit')} at ${rows}x${columns} positions`;
      return [`Layer ${step.name}: ${units}, each a code times a weight, in ${step.compute.name}.`];
    }
    case 'move':
      return [];
    default:
      return assertNever(step);
  }
}

/** Arrays that would be too much for a stack are static, so that the linker knows of them. */
const MOST_ON_STACK = 1024;

const isStatic = (plan: NetworkPlan): boolean => bufferBytes(plan) > MOST_ON_STACK;

const describeMemory = (plan: NetworkPlan): string[] =>
  isStatic(plan)
    ? ['', `Memory between the layers: ${bufferBytes(plan)} bytes, static: one call at a time.`]
    : [];

const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

const runPrototype = (name: string) => {
  const upper = name.toUpperCase();
  return `void ${name}_run(const ${name}_input_t input[${upper}_INPUTS], ${name}_output_t output[${upper}_OUTPUTS])`;
};

function runLines(name: string, plan: NetworkPlan): string[] {
  const storage = isStatic(plan) ? 'static ' : '';
  return [
    runPrototype(name),
    '{',
    ...plan.buffers.map((one) => `    ${storage}${one.type.name} ${one.name}[${one.length}];`),
    ...(plan.buffers.length > 0 ? [''] : []),
    ...plan.steps.map((step) => {
      const names = [...sourcesOf(step), step.outputs].map((one) => one.name);
      return `    ${step.name}_layer(${names.join(', ')});`;
    }),
    ...(readsInput(plan) ? [] : ['    (void)input;']),
    '}',
  ];
}

const readsInput = ({ steps, input }: NetworkPlan): boolean =>
  steps.some((step) => sourcesOf(step).includes(input));

function sourcesOf(step: CStep): readonly CVector[] {
  switch (step.kind) {
    case 'layer':
      return [step.inputs];
    case 'zones':
      return [step.source];
    default:
      return step.sources;
  }
}
