import { assertNever } from '../core/assert.js';
import { type Format, finestFraction, fractionOf, printFormat, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { requantize } from '../fixed/requantize.js';
import { INPUT_NUMBER, placeLayers } from './graph.js';
import { meaningOf } from './layers/index.js';
import { problems } from './problems.js';
import { codeFormats } from './tensor.js';
import type { Head, Outcome, QuantizedNetwork } from './types.js';

/**
 * The reference model: the meaning of a network, in whole numbers.
 *
 * @returns a function from one code per input unit, within the input formats, to what the network says of them;
 *   it throws network/input-size, network/code-out-of-range
 */
export function referenceModel(network: QuantizedNetwork): (codes: readonly number[]) => Outcome {
  const placed = placeLayers(network);
  const evaluators = placed.map(({ layer, inputs }) => meaningOf(layer).evaluator(layer, inputs));
  const formats = codeFormats(placed[placed.length - 1].output);
  const ranges = network.input.formats.map(rangeOf);
  return (codes) => {
    checkInput(network, ranges, codes);
    const layers: number[][] = [];
    const read = (number: number) => (number === INPUT_NUMBER ? codes : layers[number]);
    for (const [index, evaluate] of evaluators.entries()) {
      layers.push(evaluate(placed[index].sources.map(read)));
    }
    const outputs = layers[layers.length - 1];
    return { layers, outputs, ...decide(network.head, outputs, formats) };
  };
}

function decide(head: Head, outputs: readonly number[], formats: readonly Format[]) {
  switch (head.kind) {
    case 'values':
      return {};
    case 'binary': {
      const decision = { class: outputs[0] > 0 ? 1 : 0 };
      if (head.probability === undefined) return decision;
      const { index, codes } = head.probability;
      const at = requantize(outputs[0], fractionOf(formats[0]), index) - rangeOf(index.format).low;
      return { ...decision, probability: codes[at] };
    }
    case 'argmax': {
      const finest = finestFraction(formats);
      const values = outputs.map((code, unit) => code * 2 ** (finest - fractionOf(formats[unit])));
      return { class: values.indexOf(Math.max(...values)) };
    }
    default:
      return assertNever(head);
  }
}

function checkInput(network: QuantizedNetwork, ranges: readonly Interval[], codes: readonly number[]): void {
  const { formats } = network.input;
  if (codes.length !== formats.length) {
    throw problems.inputSize(`${network.name}: input`, codes.length, formats.length);
  }
  codes.forEach((code, unit) => {
    const { low, high } = ranges[unit];
    if (!Number.isInteger(code) || code < low || code > high) {
      throw problems.networkCode(
        `${network.name}: input ${unit}`,
        code,
        printFormat(formats[unit]),
        low,
        high,
      );
    }
  });
}

/** The formats of every layer's codes, the first layer's first. */
export const layerFormats = (network: QuantizedNetwork): (readonly Format[])[] =>
  placeLayers(network).map(({ output }) => codeFormats(output));
