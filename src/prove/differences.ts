import { commonDivisor, type FormTerm, floorDivide, type LinearForm } from './forms.js';

/** v[a] − v[b] ≤ bound; number 0 is the constant zero, number i + 1 competitor i's value. */
export interface Constraint {
  readonly a: number;
  readonly b: number;
  readonly bound: bigint;
}

/** One of the differences that a sum of input symbols P stands for: v[a] − v[b] = factor × P + constant. */
export interface Reading {
  readonly a: number;
  readonly b: number;
  readonly factor: bigint;
  readonly constant: bigint;
}

/** form < 0, or form ≥ 0, as bounds on differences of two values. */
export function constraintsOf(
  { terms, constant }: LinearForm,
  negative: boolean,
  known: ReadonlyMap<string, readonly Reading[]>,
): Constraint[] {
  const { key, factor } = primitive(terms);
  const divisor = factor < 0n ? -factor : factor;
  // factor × P ≤ −1 − constant, or −factor × P ≤ constant.
  const upper = negative === factor > 0n;
  const limit = floorDivide(negative ? -1n - constant : constant, divisor);
  return (known.get(key) ?? []).map(({ a, b, factor: each, constant: rest }) =>
    upper ? { a, b, bound: each * limit + rest } : { a: b, b: a, bound: each * limit - rest },
  );
}

/** Terms as factor × a sum whose coefficients have no common divisor and whose first one is positive. */
export function primitive(terms: readonly FormTerm[]): { readonly key: string; readonly factor: bigint } {
  if (terms.length === 0) return { key: '', factor: 0n };
  const divisor = commonDivisor(terms);
  const factor = terms[0].coefficient < 0n ? -divisor : divisor;
  const key = terms.map(({ atom, coefficient }) => `${atom.id}:${coefficient / factor}`).join(',');
  return { key, factor };
}

/** Bounds of a sum that is such a difference, from bounds on differences. */
export function boundsOfSum(
  { terms, constant }: LinearForm,
  known: ReadonlyMap<string, readonly Reading[]>,
  bounds: readonly (readonly (bigint | undefined)[])[],
): { readonly low: bigint | undefined; readonly high: bigint | undefined } {
  const { key, factor } = primitive(terms);
  let [low, high]: (bigint | undefined)[] = [undefined, undefined];
  for (const { a, b, factor: each, constant: rest } of known.get(key) ?? []) {
    // bound ≥ each × P + rest, and the other way round; form = factor × P + constant.
    const [upper, lower] = [bounds[a][b], bounds[b][a]];
    const most = upper === undefined ? undefined : floorDivide(upper - rest, each);
    const least = lower === undefined ? undefined : -floorDivide(lower + rest, each);
    if (most !== undefined && (high === undefined || most < high)) high = most;
    if (least !== undefined && (low === undefined || least > low)) low = least;
  }
  const of = (bound: bigint | undefined) => (bound === undefined ? undefined : bound * factor + constant);
  return factor > 0n ? { low: of(low), high: of(high) } : { low: of(high), high: of(low) };
}

/** What is known of some of the values. */
export function boundsAmong(
  nodes: readonly number[],
  bounds: readonly (readonly (bigint | undefined)[])[],
): Constraint[] {
  return nodes.flatMap((a) =>
    nodes.flatMap((b) => {
      const bound = bounds[a][b];
      return a === b || bound === undefined ? [] : [{ a, b, bound }];
    }),
  );
}

/**
 * The tightest bounds that follow (Floyd and Warshall), by the numbers of two values; undefined when nothing satisfies
 * them all.
 *
 * @param nodes values that are of interest: what is said of others is left out
 */
export function closure(
  constraints: readonly Constraint[],
  nodes: readonly number[],
): (bigint | undefined)[][] | undefined {
  const bounds: (bigint | undefined)[][] = [];
  for (const node of nodes) {
    bounds[node] = [];
    bounds[node][node] = 0n;
  }
  const tighten = (a: number, b: number, bound: bigint) => {
    const old = bounds[a][b];
    if (old === undefined || bound < old) bounds[a][b] = bound;
  };
  for (const { a, b, bound } of constraints) {
    if (bounds[a] !== undefined && bounds[b] !== undefined) tighten(a, b, bound);
  }
  for (const via of nodes) {
    for (const a of nodes) {
      const first = bounds[a][via];
      if (first === undefined) continue;
      for (const b of nodes) {
        const second = bounds[via][b];
        if (second !== undefined) tighten(a, b, first + second);
      }
    }
  }
  return nodes.some((node) => (bounds[node][node] as bigint) < 0n) ? undefined : bounds;
}
