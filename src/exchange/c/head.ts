import { assertNever } from '../../core/assert.js';
import { fractionOf, printFormat, rangeOf } from '../../fixed/format.js';
import { hull, scale } from '../../fixed/interval.js';
import { roundingFinish } from '../../network/finish.js';
import type { ProbabilityTable, QuantizedNetwork } from '../../network/types.js';
import { problems } from '../problems.js';
import { describeFinish, finishHull, finishLines, type SharedFinish } from './finish.js';
import type { NetworkPlan } from './plan.js';
import { table } from './text.js';
import { computeType, type IntegerType, storageType, tableType } from './types.js';

/** What the head adds to the header and to the source. */
export interface HeadText {
  readonly prototypes: readonly string[];
  readonly definitions: readonly string[];
}

/** The class decision and the probability table, on the outputs that `<name>_run` left. */
export function headText(network: QuantizedNetwork, plan: NetworkPlan): HeadText {
  switch (network.head.kind) {
    case 'values':
      return { prototypes: [], definitions: [] };
    case 'binary': {
      const decision = binaryClass(network.name);
      if (network.head.probability === undefined) return decision;
      const probability = probabilityText(network.name, plan, network.head.probability);
      return {
        prototypes: [...decision.prototypes, '', ...probability.prototypes],
        definitions: [...decision.definitions, '', ...probability.definitions],
      };
    }
    case 'argmax':
      return argmaxClass(network.name, plan);
    default:
      return assertNever(network.head);
  }
}

const parameter = (name: string) => `const ${name}_output_t output[${name.toUpperCase()}_OUTPUTS]`;

function binaryClass(name: string): HeadText {
  const prototype = `uint8_t ${name}_class(${parameter(name)})`;
  return {
    prototypes: ['/* The class: 1 where the output is above 0, else 0. */', `${prototype};`],
    definitions: [prototype, '{', '    return (output[0] > 0) ? 1U : 0U;', '}'],
  };
}

function probabilityText(name: string, plan: NetworkPlan, wanted: ProbabilityTable): HeadText {
  const { format } = plan.lowered.outputs[0];
  const { index } = wanted;
  const fraction = fractionOf(format);
  const finish: SharedFinish = {
    finish: roundingFinish({ kind: 'linear' }, fraction, index),
    sum: rangeOf(format),
    fraction,
    format: index.format,
  };
  const type = computeType(hull(finishHull(finish), rangeOf(index.format)));
  const { low } = rangeOf(index.format);
  const entry = low === 0 ? 'index' : `index + ${-low}`;
  const prototype = `${tableType(wanted.codes).name} ${name}_probability(${parameter(name)})`;
  const start = plan.output.type === type ? 'output[0]' : `(${type.name})output[0]`;
  return {
    prototypes: [
      `/* The probability of class 1 as a code of ${printFormat(wanted.format)}. */`,
      `${prototype};`,
    ],
    definitions: [
      ...table('probability_table', [wanted.codes]),
      '',
      `/* ${describeFinish(finish)} */`,
      `static ${type.name} probability_index(${type.name} logit)`,
      '{',
      `    ${type.name} code = logit;`,
      '',
      ...finishLines(finish, type).map((line) => `    ${line}`),
      '',
      '    return code;',
      '}',
      '',
      prototype,
      '{',
      `    const ${type.name} index = probability_index(${start});`,
      '',
      `    return probability_table[${entry}];`,
      '}',
    ],
  };
}

/** The first of the largest values; outputs of unequal fractions are brought to the finest one. */
function argmaxClass(name: string, plan: NetworkPlan): HeadText {
  const { outputs } = plan.lowered;
  const fractions = outputs.map(({ format }) => fractionOf(format));
  const finest = Math.max(...fractions);
  const factors = fractions.map((fraction) => 2 ** (finest - fraction));
  const scaled = outputs.map(({ format }, unit) => scale(rangeOf(format), factors[unit])).reduce(hull);
  if (scaled.high >= 2 ** 63 || factors.some((factor) => factor >= 2 ** 53)) {
    throw problems.cArgmaxTooWide(`${name}: output`);
  }
  const type = computeType(scaled);
  const classes = storageType([{ low: 0, high: outputs.length - 1 }]);
  const prototype = `${classes.name} ${name}_class(${parameter(name)})`;
  const isEven = factors.every((factor) => factor === 1);
  const value = (unit: string) => argmaxValue(unit, isEven, type, plan.output.type);
  return {
    prototypes: ['/* The class: the output with the largest value, the first of equals. */', `${prototype};`],
    definitions: [
      ...(isEven ? [] : [...table('class_factors', [factors]), '']),
      prototype,
      '{',
      `    ${type.name} largest = ${value('0')};`,
      `    ${classes.name} best = 0U;`,
      '',
      `    for (uint32_t unit = 1U; unit < ${name.toUpperCase()}_OUTPUTS; unit++) {`,
      `        const ${type.name} value = ${value('unit')};`,
      '',
      '        if (value > largest) {',
      '            largest = value;',
      `            best = (${classes.name})unit;`,
      '        }',
      '    }',
      '',
      '    return best;',
      '}',
    ],
  };
}

function argmaxValue(unit: string, isEven: boolean, type: IntegerType, output: IntegerType): string {
  const plain = output === type ? `output[${unit}]` : `(${type.name})output[${unit}]`;
  return isEven ? plain : `${plain} * (${type.name})class_factors[${unit}]`;
}
