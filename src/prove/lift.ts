import {
  type Atom,
  boundsOf,
  type FormTerm,
  type LinearForm,
  pow2,
  signPosition,
  trailingZeros,
} from './forms.js';

/** A form as floor((Σ coefficient × input symbol + constant) / 2^shift), modulo 2^bits. */
export interface Lifted {
  readonly linear: ReadonlyMap<Atom, bigint>;
  readonly constant: bigint;
  readonly shift: number;
}

/** Before a sum is opened it is multiplied by this power of two, so that halves of its terms stay whole numbers. */
const SCALE = 32;

/** 2^shift × form = Σ linear + constant + something between low and high. */
interface Opened {
  readonly linear: ReadonlyMap<Atom, bigint>;
  readonly constant: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly shift: number;
}

/** How one atom occurs: its floors by powers of two, each with a factor. */
interface Pieces {
  readonly atom: Atom;
  readonly floors: Map<number, bigint>;
}

/**
 * Opens the sums that a form is made from, the last sum first. If all bits of a sum occur at their places, together they
 * are the sum, whichever adders they went through. Bits that remain must amount to less than one step. Then they are
 * what was cut off, and the form is the rest, rounded down.
 *
 * @param bits how many bits of the form are asked for
 */
export function lift(form: LinearForm, bits: number): Lifted | undefined {
  const opened = open(form, SCALE + bits);
  if (opened === undefined) return undefined;
  const { linear, constant, low, high, shift } = opened;
  const unit = pow2(shift);
  // For each sum exactly one value of the remaining bits makes it divisible. That value is the one that rounds down.
  return high - low < unit ? { linear, constant: constant + low + unit - 1n, shift } : undefined;
}

/** Bounds of a form, from what its sums are made of; undefined when nothing better is known. */
export function liftedBounds(form: LinearForm): { readonly low: bigint; readonly high: bigint } | undefined {
  const opened = open(form, undefined);
  if (opened === undefined) return undefined;
  const terms = [...opened.linear].map(([atom, coefficient]) => ({ atom, coefficient }));
  const { low, high } = boundsOf(terms, opened.constant);
  const shift = BigInt(opened.shift);
  return { low: -(-(low + opened.low) >> shift), high: (high + opened.high) >> shift };
}

/** @param bits modulo which power of two; exactly, where there is none */
function open(form: LinearForm, bits: number | undefined): Opened | undefined {
  const reduce = (value: bigint) => (bits === undefined ? value : BigInt.asIntN(bits, value));
  const pending = new Map<number, Pieces>();
  const linear = new Map<Atom, bigint>();
  let constant = form.constant << BigInt(SCALE);
  let [low, high] = [0n, 0n];
  const rest: bigint[] = [];
  if (!collect(form.terms, pow2(SCALE), pending)) return undefined;
  while (pending.size > 0) {
    // What a sum is made from is older than the sum.
    const last = Math.max(...pending.keys());
    const pieces = pending.get(last) as Pieces;
    const { atom } = pieces;
    pending.delete(last);
    const share = shareOf(pieces, reduce);
    for (const { weight, negative } of share.rest) {
      rest.push(weight);
      const end = negative ? -weight : weight;
      if (end < 0n) low += end;
      else high += end;
    }
    if (share.factor === 0n) continue;
    if (atom.kind === 'input') linear.set(atom, share.factor);
    else if (atom.kind === 'sum' && collect(atom.form.terms, share.factor, pending)) {
      constant += share.factor * atom.form.constant;
    } else return undefined;
  }
  const zeros = commonShift([constant, ...linear.values(), ...rest]);
  const down = (value: bigint) => value >> BigInt(zeros);
  return {
    linear: new Map([...linear].map(([atom, coefficient]) => [atom, down(coefficient)])),
    constant: down(constant),
    low: down(low),
    high: down(high),
    shift: SCALE - zeros,
  };
}

/** Adds terms to what is to be opened; false when there is the floor of something that is no atom. */
function collect(terms: readonly FormTerm[], factor: bigint, pending: Map<number, Pieces>): boolean {
  return terms.every((term) => {
    let { atom } = term;
    let depth = 0;
    while (atom.kind === 'half') {
      const { form } = atom;
      if (form.terms.length !== 1 || form.constant !== 0n || form.terms[0].coefficient !== 1n) return false;
      [{ atom }] = form.terms;
      depth += 1;
    }
    // Beyond its sign a number stays the same.
    if (atom.low < 0n) depth = Math.min(depth, signPosition(atom));
    const { floors } = pending.get(atom.id) ?? { floors: new Map<number, bigint>() };
    floors.set(depth, (floors.get(depth) ?? 0n) + factor * term.coefficient);
    pending.set(atom.id, { atom, floors });
    return true;
  });
}

interface Share {
  /** How many times the whole atom is there. */
  readonly factor: bigint;
  /** Bits of the atom that occur more or fewer times than the others, and by how much. The value of a sign bit is −1. */
  readonly rest: readonly { readonly weight: bigint; readonly negative: boolean }[];
}

/** Takes the atom as often as leaves the least over. Each of its bits proposes a number of times. */
function shareOf({ atom, floors }: Pieces, reduce: (value: bigint) => bigint): Share {
  const signed = atom.low < 0n;
  const count = signPosition(atom) + (signed ? 1 : 0);
  // Bit k counts in every floor by a power up to k.
  const weights: bigint[] = [];
  for (let k = 0; k < count; k++) {
    weights.push((k === 0 ? 0n : 2n * weights[k - 1]) + (floors.get(k) ?? 0n));
  }
  const restOf = (factor: bigint) =>
    weights.flatMap((weight, k) => {
      const wrong = reduce(weight - (factor << BigInt(k)));
      return wrong === 0n ? [] : [{ weight: wrong, negative: signed && k === count - 1 }];
    });
  const isWhole = (weight: bigint, k: number) => atom.kind !== 'cell' && (weight & (pow2(k) - 1n)) === 0n;
  const factors = weights.flatMap((weight, k) => (isWhole(weight, k) ? [weight >> BigInt(k)] : []));
  return [...new Set([0n, ...factors])]
    .map((factor) => ({ factor, rest: restOf(factor) }))
    .reduce((best, share) => (sizeOf(share) < sizeOf(best) ? share : best));
}

const sizeOf = ({ rest }: Share): bigint =>
  rest.reduce((sum, { weight }) => sum + (weight < 0n ? -weight : weight), 0n);

/** At most the scale, because a sum is scaled for only so many halvings. */
function commonShift(values: readonly bigint[]): number {
  return Math.min(SCALE, ...values.filter((value) => value !== 0n).map(trailingZeros));
}
