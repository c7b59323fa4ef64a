import { isDeepStrictEqual } from 'node:util';
import type { Field, FieldRun } from './manifest-buses.js';

/** Fields that differ in unit and place alone, as one entry. What has a name of its own stands alone. */
export const inRuns = (fields: readonly FieldRun[]): readonly FieldRun[] =>
  joined(joined(fields, sideBySide), nextGroup);

/** Each field that a run stands for. */
export const fieldsOf = ({ count = 1, groups = 1, pitch = 0, ...field }: FieldRun): Field[] =>
  Array.from({ length: groups * count }, (_, index) => ({
    ...field,
    unit: field.unit + index,
    lsb: field.lsb + Math.floor(index / count) * pitch + (index % count) * field.width,
  }));

/** One run for two that follow each other, or undefined where they stay two. */
type Join = (run: FieldRun, next: FieldRun) => FieldRun | undefined;

function joined(runs: readonly FieldRun[], join: Join): FieldRun[] {
  const out: FieldRun[] = [];
  for (const next of runs) {
    const last = out.at(-1);
    const both = last !== undefined && areAlike(last, next) ? join(last, next) : undefined;
    if (both === undefined) out.push(next);
    else out[out.length - 1] = both;
  }
  return out;
}

const sideBySide: Join = (run, next) => {
  const { count = 1 } = run;
  const follows = next.unit === run.unit + count && next.lsb === run.lsb + count * run.width;
  return follows ? { ...run, count: count + 1 } : undefined;
};

const nextGroup: Join = (run, next) => {
  const { count = 1, groups = 1 } = run;
  const { pitch = next.lsb - run.lsb } = run;
  const follows =
    next.count === run.count &&
    next.unit === run.unit + groups * count &&
    next.lsb === run.lsb + groups * pitch;
  return follows && pitch > 0 ? { ...run, groups: groups + 1, pitch } : undefined;
};

/** Whether all that is not counted on is the same: what has a name of its own stands alone. */
function areAlike(one: FieldRun, other: FieldRun): boolean {
  return isDeepStrictEqual(constant(one), constant(other));
}

const constant = ({ unit: _, lsb: __, count: ___, groups: ____, pitch: _____, ...rest }: FieldRun) => rest;

/** So many are told as one. */
const LEAST = 5;
/** Of so many inputs each is told by its name; of more the manifest does. */
const MOST_NAMED = 64;

/** Fields for people: long runs of equal ones are told as one. */
export function runsForPeople(fields: readonly Field[]): FieldRun[] {
  const told = fields.length <= MOST_NAMED ? fields : fields.map(({ name: _, ...field }) => field);
  return inRuns(told).flatMap((run) => (lengthOf(run) < LEAST ? fieldsOf(run) : [run]));
}

export const lengthOf = ({ count = 1, groups = 1 }: FieldRun): number => count * groups;

/** Such as `input 3`, `inputs 3 to 9` or `inputs 2k to 2k + 1, k = 0 to 99`; `what` stands for one of its kind. */
export function runText({ unit, count = 1, groups }: FieldRun, what: string): string {
  const at = (index: number) => (groups === undefined ? `${unit + index}` : steps(count, unit + index));
  const units = count === 1 ? `${what} ${at(0)}` : `${what}s ${at(0)} to ${at(count - 1)}`;
  return groups === undefined ? units : `${units}, k = 0 to ${groups - 1}`;
}

/** Such as `ufixed<8,0>`, or `ufixed<8,0> each`. */
export const runFormat = (run: FieldRun): string => (lengthOf(run) === 1 ? run.format : `${run.format} each`);

/** Bits of the bus, such as `15:8`, or `16k + 15:16k + 8`. */
export function runPlace({ lsb, width, count = 1, pitch }: FieldRun): string {
  const at = (bit: number) => (pitch === undefined ? `${bit}` : steps(pitch, bit));
  const high = lsb + count * width - 1;
  return high === lsb ? at(high) : `${at(high)}:${at(lsb)}`;
}

/** Such as `16k + 8`. */
const steps = (step: number, from: number): string =>
  `${step === 1 ? '' : step}k${from === 0 ? '' : ` + ${from}`}`;
