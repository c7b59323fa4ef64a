import type { Rounding } from '../fixed/requantize.js';
import type { CodeOverflow, Requantizer } from '../hardware/requantizer.js';
import { addedBits, type SumActivation } from '../network/finish.js';
import { twosComplement } from './rom.js';
import { constant } from './verilog.js';

const ROUNDING_CODES: Record<Rounding, number> = { TRN: 0, RND: 1, RND_CONV: 2 };
const OVERFLOW_CODES: Record<CodeOverflow['kind'], number> = { drop: 0, saturate: 1, bounds: 2 };

/**
 * Parameters of `espalier_requantize`.
 *
 * @param circuit with a shift of any size: beyond the widths it gives what the nearest sensible one gives
 */
export function requantizeParameters(
  circuit: Omit<Requantizer, 'rows'> & { readonly sumWidth: number },
): [name: string, value: string][] {
  const { sumWidth, format, activation, rounding, again, overflow } = circuit;
  const longest = sumWidth + addedBits(activation) + 1;
  const shift = Math.min(Math.max(circuit.shift, -format.width), longest);
  return [
    ['IN_WIDTH', `${sumWidth}`],
    ['OUT_WIDTH', `${format.width}`],
    ['OUT_SIGNED', format.signed ? '1' : '0'],
    ['RELU', activation.kind === 'relu' ? '1' : '0'],
    ['SHIFT', `${shift}`],
    ['ROUNDING', `${ROUNDING_CODES[rounding]}`],
    ...againParameters(again),
    ['SATURATE', `${OVERFLOW_CODES[overflow.kind]}`],
    ...boundParameters(overflow, format.width),
    ...slopeParameters(activation),
  ];
}

const againParameters = (again: number): [name: string, value: string][] =>
  again === 0 ? [] : [['AGAIN', `${again}`]];

function boundParameters(overflow: CodeOverflow, width: number): [name: string, value: string][] {
  if (overflow.kind !== 'bounds') return [];
  const word = (code: number) => constant(twosComplement(code, width), width);
  return [
    ['LOW', word(overflow.low)],
    ['HIGH', word(overflow.high)],
  ];
}

function slopeParameters(activation: SumActivation): [name: string, value: string][] {
  if (activation.kind !== 'leaky') return [];
  return [
    ['SLOPE', `${activation.multiplier}`],
    ['SLOPE_SHIFT', `${activation.shift}`],
  ];
}
