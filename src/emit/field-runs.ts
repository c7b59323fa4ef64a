import type { Field } from './manifest-buses.js';

/** Fields that follow each other without gaps and differ in their unit only, or one alone. */
export interface FieldRun {
  readonly first: Field;
  readonly last: Field;
  readonly count: number;
}

/** So many are told as one. */
const LEAST = 5;
/** Of so many inputs each is told by its name; of more the manifest does. */
const MOST_NAMED = 64;

/** Fields for people: long runs of equal ones are told as one. */
export function fieldRuns(fields: readonly Field[]): FieldRun[] {
  const areNamed = fields.length <= MOST_NAMED;
  const runs: Field[][] = [];
  for (const field of fields) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && follows(field, last, areNamed)) run.push(field);
    else runs.push([field]);
  }
  return runs.flatMap((run) =>
    (run.length < LEAST ? run.map((field) => [field]) : [run]).map((part) => ({
      first: part[0],
      last: part[part.length - 1],
      count: part.length,
    })),
  );
}

const follows = (field: Field, last: Field, areNamed: boolean): boolean =>
  field.kind === last.kind &&
  field.format === last.format &&
  field.unit === last.unit + 1 &&
  field.lsb === last.lsb + last.width &&
  !(areNamed && (field.name !== undefined || last.name !== undefined));

/** What a run is, such as `input 3` or `inputs 3 to 9`; `what` stands for one of its kind. */
export const runText = ({ first, last, count }: FieldRun, what: string): string =>
  count === 1 ? `${what} ${first.unit}` : `${what}s ${first.unit} to ${last.unit}`;

/** Such as `ufixed<8,0>`, or `ufixed<8,0> each`. */
export const runFormat = ({ first, count }: FieldRun): string =>
  count === 1 ? first.format : `${first.format} each`;

/** Bits of the bus, such as `15:8`. */
export function runPlace({ first, last }: FieldRun): string {
  const high = last.lsb + last.width - 1;
  return high === first.lsb ? `${high}` : `${high}:${first.lsb}`;
}
