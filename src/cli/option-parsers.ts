import type { BeatWidth } from '../emit/stream.js';
import { problems as pipelineProblems } from '../pipeline/problems.js';

/** Parsers for commander's options. @throws cli/option-value */
export function wholeNumber(option: string, low = 0, high = Number.MAX_SAFE_INTEGER) {
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} up` : `from ${low} to ${high}`;
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < low || value > high) {
      throw pipelineProblems.optionValue(option, text, `a whole number ${range}`);
    }
    return value;
  };
}

/** Whole numbers between commas, each once. */
export function wholeNumbers(option: string) {
  const parse = wholeNumber(option);
  return (text: string): number[] => {
    const values = text.split(',').map((one) => parse(one));
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) throw pipelineProblems.optionValue(option, text, `${twice} once`);
    return values;
  };
}

/** Lengths of axes, such as `1x28x28`. */
export function lengths(option: string) {
  return (text: string): number[] => {
    const shape = text.split(/[x×,]/).map(Number);
    const areLengths = shape.every((length) => Number.isSafeInteger(length) && length >= 1);
    if (areLengths && shape.length <= 3) return shape;
    throw pipelineProblems.optionValue(option, text, 'one to three lengths, such as 1x28x28');
  };
}

/** Bits of a beat, or `all`. */
export function beatWidth(option: string) {
  const widths = [8, 16, 32, 64, 'all'] as const satisfies readonly BeatWidth[];
  return (text: string): BeatWidth => {
    const width = widths.find((one) => String(one) === text);
    if (width === undefined) throw pipelineProblems.optionValue(option, text, `one of ${widths.join(', ')}`);
    return width;
  };
}

/** A frequency in MHz. */
export const megahertz =
  (option: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 1 && value <= 400) return value;
    throw pipelineProblems.optionValue(option, text, 'a frequency in MHz, from 1 to 400');
  };

/** `NAME=VALUE`, any number of times, each name once: collected into one object. */
export function assignments(option: string, wanted: string) {
  return (text: string, soFar: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1) throw pipelineProblems.optionValue(option, text, wanted);
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    if (Object.hasOwn(soFar, name)) {
      throw pipelineProblems.optionValue(option, text, `${name} once: it is ${soFar[name]} already`);
    }
    return { ...soFar, [name]: value };
  };
}

/** As {@link assignments}; a value alone is that of `name`. */
export function assignmentsOr(name: string, option: string, wanted: string) {
  const parse = assignments(option, wanted);
  return (text: string, soFar?: Readonly<Record<string, string>>) =>
    parse(text.includes('=') ? text : `${name}=${text}`, soFar);
}

/** A decimal number; what it may be is for whoever uses it to say. */
export function decimal(option: string) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw pipelineProblems.optionValue(option, text, 'a number');
    return value;
  };
}

/** Numbers between commas, such as `1,2,5`. */
export function decimals(option: string) {
  return (text: string): number[] => text.split(',').map(decimal(option));
}

/** Words between commas. */
export function listOf(option: string) {
  return (text: string): string[] => {
    const words = text.split(',').map((word) => word.trim());
    if (words.includes('')) throw pipelineProblems.optionValue(option, text, 'words separated by commas');
    return words;
  };
}
