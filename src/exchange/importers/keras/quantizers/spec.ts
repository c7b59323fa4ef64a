import { z } from 'zod';
import { parseJson } from '../../../../core/json.js';

/** A quantizer as a file states it: its class and what stands in its configuration. */
export interface QuantizerSpec {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const OBJECT = z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) });
const CALL = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s;

/** Members of each class in the order in which Python takes them without their names. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  quantized_bits: ['bits', 'integer', 'symmetric', 'keep_negative', 'alpha'],
  quantized_linear: ['bits', 'integer', 'symmetric', 'keep_negative', 'alpha'],
  quantized_relu: [
    'bits',
    'integer',
    'use_sigmoid',
    'negative_slope',
    'use_stochastic_rounding',
    'relu_upper_bound',
    'is_quantized_clip',
  ],
  quantized_tanh: ['bits', 'use_stochastic_rounding', 'symmetric', 'use_real_tanh'],
  quantized_sigmoid: ['bits', 'symmetric', 'use_real_sigmoid'],
  quantized_po2: ['bits', 'max_value', 'use_stochastic_rounding', 'quadratic_approximation'],
  quantized_relu_po2: [
    'bits',
    'max_value',
    'negative_slope',
    'use_stochastic_rounding',
    'quadratic_approximation',
  ],
  binary: ['use_01', 'alpha'],
  ternary: ['alpha', 'threshold'],
};

/** An object, or a text such as `quantized_bits(6, 0, alpha='auto_po2')`; undefined for what is neither. */
export function quantizerSpec(given: unknown): QuantizerSpec | undefined {
  const object = OBJECT.safeParse(given);
  if (object.success) return { name: object.data.class_name, config: object.data.config };
  const [, name, list = ''] = typeof given === 'string' ? (CALL.exec(given) ?? []) : [];
  if (name === undefined) return undefined;
  const config: Record<string, unknown> = {};
  const positions = POSITIONS[name] ?? [];
  for (const [at, argument] of list.split(',').entries()) {
    if (argument.trim() === '') continue;
    const [first, second] = argument.split('=').map((part) => part.trim());
    const member = second === undefined ? (positions[at] ?? String(at)) : first;
    config[member] = literalOf(second ?? first);
  }
  return { name, config };
}

/** A word of Python as a value; what is none stays a text. */
function literalOf(text: string): unknown {
  const words: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };
  if (Object.hasOwn(words, text)) return words[text];
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
