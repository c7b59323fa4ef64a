import { type Format, fractionOf, rangeOf } from '../../../fixed/format.js';
import type { FloatActivationLayer } from '../../../float/layers/activation-layer.js';
import type { FloatAdd } from '../../../float/layers/add.js';
import type { FloatAveragePool } from '../../../float/layers/average-pool.js';
import { type FloatBatchNorm, scaleOfBatchNorm } from '../../../float/layers/batch-norm.js';
import type { FloatConcat } from '../../../float/layers/concat.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import { floatKindOf } from '../../../float/layers/index.js';
import type { FloatMaxPool } from '../../../float/layers/max-pool.js';
import { windowOn } from '../../../float/layers/parts.js';
import type { FloatScale } from '../../../float/layers/scale.js';
import type { FloatLayer } from '../../../float/types.js';
import { INPUT } from '../../../network/graph.js';
import type { ScalingKernel } from '../../../network/real-scale.js';
import type { Layer } from '../../../network/types.js';
import { problems } from '../../problems.js';
import { Identifiers } from '../identifiers.js';
import type { CodeMeaning } from '../importer.js';
import { type Affine, type Codes, formatOf, fractionOfScale, inputCodesOf, isPowerOfTwo } from './codes.js';
import { type CodeReading, type LayerSink, shifted, single } from './layers.js';
import { isLookup, isQuantize, isRead, isSign, type QuantizeMark, type SignMark } from './marks.js';
import { NotWhole, rounded } from './round.js';
import { affineCodes, type Core, continued, lookedUp, plainValues, termsOf, type Values } from './values.js';

/** A network of values with marks among its layers, which say where values are whole numbers. */
export interface MarkedNetwork {
  readonly file: string;
  /** Each says what it reads. */
  readonly layers: readonly FloatLayer[];
  /** Shape of the input. */
  readonly stored: readonly number[];
  /** Of an input that has codes. */
  readonly inputRange?: { readonly low: number; readonly high: number };
  readonly kernel: ScalingKernel;
  /** The format of an input that no mark says. */
  readonly stated?: Format;
}

export interface Lowered {
  readonly layers: readonly Layer[];
  readonly input: Codes;
  /** What is done to features before they become codes. */
  readonly before: Affine;
  readonly output: Codes;
  readonly meanings: readonly CodeMeaning[];
  /** Whether the input's format is the one that was stated. */
  readonly isInputStated: boolean;
}

type State = Values | { readonly kind: 'codes'; readonly reading: CodeReading };

/** Layers of whole numbers: each mark rounds what was added up since the ones before it. @throws exchange/import-attribute */
export function lowered(network: MarkedNetwork): Lowered {
  const lowering = new Lowering(network);
  for (const layer of network.layers) lowering.step(layer);
  return lowering.finish(network.layers[network.layers.length - 1].name);
}

class Lowering implements LayerSink {
  private readonly layers: Layer[] = [];
  private readonly meanings: CodeMeaning[] = [];
  private readonly names = new Identifiers();
  private readonly states = new Map<string, State>([[INPUT, plainValues({ kind: 'input' })]]);
  private input: Codes | undefined;
  private before: Affine = { factors: [1], offsets: [0] };
  private isInputStated = false;

  constructor(private readonly network: MarkedNetwork) {}

  add(
    layer: Omit<Layer, 'name'> & Record<string, unknown>,
    wanted: string,
    from: readonly { readonly layer: string }[],
  ): string {
    const name = this.names.next(wanted);
    this.layers.push({ ...layer, name, from: from.map((one) => one.layer) } as Layer);
    return name;
  }

  step(layer: FloatLayer): void {
    this.states.set(layer.name, this.stateOf(layer));
  }

  private stateOf(layer: FloatLayer): State {
    const [first] = (layer.from ?? []).map((name) => this.states.get(name) as State);
    if (isQuantize(layer)) return this.quantized(layer, first);
    if (isSign(layer)) return this.signed(layer, first);
    if (isLookup(layer)) {
      const found = lookedUp(first.kind === 'codes' ? plainValues(first) : first, layer);
      return typeof found === 'string' ? this.refuse(layer, found, 'codes as places in it') : found;
    }
    if (isRead(layer)) {
      const reading = this.codesOf(layer, this.opened(layer, first));
      const codes = { ...reading.codes, scale: layer.scale, zeroPoint: layer.zeroPoint };
      const isOther = codes.scale !== reading.codes.scale || codes.zeroPoint !== reading.codes.zeroPoint;
      if (isOther) this.tell(layer.tensor, reading.layer, codes);
      return { kind: 'codes', reading: { ...reading, codes } };
    }
    switch (layer.kind) {
      case 'dense':
      case 'conv2d':
        return plainValues({
          kind: 'weights',
          layer: layer as FloatDense | FloatConv2d,
          reading: this.codesOf(layer, first),
        });
      case 'average_pool':
        return plainValues({
          kind: 'mean',
          layer: layer as FloatAveragePool,
          reading: this.codesOf(layer, first),
        });
      case 'add':
        return plainValues(this.added(layer as FloatAdd));
      case 'concat':
        return this.concatenated(layer as FloatConcat);
      case 'batch_norm':
        return this.continued(layer, scaleOfBatchNorm(layer as FloatBatchNorm), first);
      case 'scale':
      case 'activation':
        return this.continued(layer, layer as FloatScale | FloatActivationLayer, first);
      default:
        return this.moved(layer, first);
    }
  }

  private refuse(layer: FloatLayer, got: string, wanted: string): never {
    throw problems.importAttribute(`${this.network.file}, ${layer.name}`, got, wanted);
  }

  /** What stands in the file as whole numbers. */
  private codesOf(layer: FloatLayer, given: State): CodeReading {
    const state = this.withInput(layer, given);
    if (state.kind === 'codes') return state.reading;
    const reading = affineCodes(state);
    const next = reading === undefined ? state : this.afterMoves(state, reading);
    if (next.kind === 'codes') return next.reading;
    return this.refuse(layer, 'values that are no whole numbers', 'a QuantizeLinear or Quant before it');
  }

  /** The same of codes in the stated format, where values are those of an input that nobody quantizes. */
  private withInput(layer: FloatLayer, state: State): State {
    if (state.kind === 'codes' || state.core.kind !== 'input') return state;
    const { stated, stored, file } = this.network;
    if (stated === undefined) throw problems.importInputFormat(`${file}, ${layer.name}`);
    if (this.input === undefined) {
      const { low, high } = rangeOf(stated);
      this.input = inputCodesOf(2 ** -fractionOf(stated), 0, low, high);
      this.isInputStated = true;
      this.tell(INPUT, INPUT, this.input);
    }
    return { ...state, core: { kind: 'codes', reading: { layer: INPUT, stored, codes: this.input } } };
  }

  private allCodes(layer: FloatLayer): CodeReading[] {
    return (layer.from ?? []).map((name) => this.codesOf(layer, this.states.get(name) as State));
  }

  private added(layer: FloatAdd): Core {
    const terms = (layer.from ?? []).map((name) => {
      const state = this.states.get(name) as State;
      const given = termsOf(state.kind === 'codes' ? plainValues(state) : state);
      // What is no term is refused as it is elsewhere.
      return given ?? { readings: [this.codesOf(layer, state)], signs: [1 as const] };
    });
    return {
      kind: 'add',
      readings: terms.flatMap(({ readings }) => readings),
      signs: terms.flatMap(({ signs }, at) => signs.map((sign) => (sign * layer.signs[at]) as 1 | -1)),
    };
  }

  /** An input that has codes of its own, as what reads it says. */
  private opened(
    layer: FloatLayer & { readonly scale: number; readonly zeroPoint: number },
    state: State,
  ): State {
    const { inputRange, stored } = this.network;
    if (state.kind === 'codes' || state.core.kind !== 'input' || inputRange === undefined) return state;
    this.input ??= inputCodesOf(layer.scale, layer.zeroPoint, inputRange.low, inputRange.high);
    this.tell(INPUT, INPUT, this.input);
    return this.afterMoves(state, { layer: INPUT, stored, codes: this.input });
  }

  private tell(tensor: string, layer: string, { scale, zeroPoint, offset }: Codes): void {
    this.meanings.push({ tensor, layer, scale, zeroPoint, offset });
  }

  private quantized(mark: QuantizeMark, state: State): State {
    const { scale, zeroPoint, low, high, rounding = 'RND_CONV' } = mark;
    const values = state.kind === 'codes' ? plainValues(state) : state;
    if (values.core.kind === 'input') return this.quantizedInput(mark, values);
    const fraction = fractionOfScale(scale);
    const output: Codes = { scale, zeroPoint, low, high, offset: zeroPoint, fraction };
    const { kernel } = this.network;
    const reading = this.rounded(mark, () =>
      rounded(this, values, { name: mark.name, output, rounding, kernel }),
    );
    return this.afterMoves(values, reading, mark.tensor);
  }

  private rounded(mark: FloatLayer, make: () => CodeReading): CodeReading {
    try {
      return make();
    } catch (error) {
      if (error instanceof NotWhole)
        return this.refuse(mark, error.message, 'sums of whole numbers with whole weights');
      throw error;
    }
  }

  private quantizedInput(mark: QuantizeMark, { affine, clamp, curve, moves }: Values): State {
    if (this.input !== undefined) this.refuse(mark, 'an input that is quantized twice', 'one scale for it');
    if (
      affine.factors.some((factor) => !(factor > 0)) ||
      curve !== undefined ||
      Object.keys(clamp).length > 0
    )
      this.refuse(mark, 'an activation of the input', 'constants alone before it becomes whole numbers');
    this.before = affine;
    this.input = inputCodesOf(mark.scale, mark.zeroPoint, mark.low, mark.high);
    this.tell(mark.tensor, INPUT, this.input);
    const reading = { layer: INPUT, stored: this.network.stored, codes: this.input };
    return this.afterMoves({ moves }, this.limited(reading));
  }

  /** Codes that the input's format has and the file has not, such as the least one of narrow ranges, are brought within. */
  private limited(reading: CodeReading): CodeReading {
    const { codes } = reading;
    const { low, high } = rangeOf(formatOf(codes));
    if (low === codes.low - codes.offset && high === codes.high - codes.offset) return reading;
    const wanted = { name: 'input_limits', read: reading, output: { ...codes, offset: codes.zeroPoint } };
    return single(this, { ...wanted, weights: [1], scalings: [{ rounding: 'TRN' }] });
  }

  /** Layers that only move or choose codes, behind the rounding. */
  private afterMoves({ moves }: Pick<Values, 'moves'>, reading: CodeReading, tensor?: string): State {
    let state: State = { kind: 'codes', reading };
    for (const layer of moves) state = this.moved(layer, state);
    if (tensor !== undefined && state.kind === 'codes')
      this.tell(tensor, state.reading.layer, state.reading.codes);
    return state;
  }

  /** −1 below 0 and 1 from 0 on, by a table of two entries. */
  private signed(mark: SignMark, state: State): State {
    const known = this.withInput(mark, state);
    const values = known.kind === 'codes' ? plainValues(known) : known;
    const index: Codes = { scale: mark.scale, zeroPoint: 0, low: -1, high: 0, offset: 0, fraction: 0 };
    const output: Codes = { ...index, high: 1, fraction: fractionOfScale(mark.scale) };
    const wanted = {
      name: mark.name,
      output: index,
      rounding: 'TRN' as const,
      kernel: this.network.kernel,
      tables: { codes: [[-1, 1]], output },
    };
    const reading = this.rounded(mark, () => rounded(this, values, wanted));
    return this.afterMoves(values, reading, mark.tensor);
  }

  private continued(layer: FloatLayer, step: FloatScale | FloatActivationLayer, state: State): State {
    const next = continued(state.kind === 'codes' ? plainValues(state) : state, step);
    return typeof next === 'string' ? this.refuse(layer, next, 'a QuantizeLinear or Quant between') : next;
  }

  private concatenated(layer: FloatConcat): State {
    const given = this.allCodes(layer);
    const [first] = given;
    const other = given.find(
      ({ codes }) => codes.scale !== first.codes.scale || codes.zeroPoint !== first.codes.zeroPoint,
    );
    if (other !== undefined) this.refuse(layer, 'tensors of several scales', 'one scale and zero point');
    // What reads them all takes their formats at their word.
    const readings = given.map((one) => shifted(this, one, first.codes.fraction));
    const stored = floatKindOf(layer).shape(
      layer,
      readings.map((one) => one.stored),
      layer.name,
    );
    const name = this.add({ kind: 'concat', axis: layer.axis }, layer.name, readings);
    return { kind: 'codes', reading: { ...readings[0], layer: name, stored } };
  }

  private moved(layer: FloatLayer, state: State): State {
    if (state.kind === 'values') return { ...state, moves: [...state.moves, layer] };
    const { reading: given } = state;
    const isPadded =
      layer.kind === 'move' && (layer as FloatLayer & { move: { kind: string } }).move.kind === 'pad';
    const reading = isPadded ? shifted(this, given) : given;
    const stored = floatKindOf(layer).shape(layer, [reading.stored], layer.name);
    const {
      name,
      from: _,
      ...rest
    } = layer.kind === 'max_pool' ? placed(layer as FloatMaxPool, reading) : layer;
    return { kind: 'codes', reading: { ...reading, layer: this.add(rest, name, [reading]), stored } };
  }

  finish(name: string): Lowered {
    const state = this.states.get(name) as State;
    const last = this.network.layers[this.network.layers.length - 1];
    if (this.input === undefined) throw problems.importInputFormat(`${this.network.file}, ${last.name}`);
    const { reading } = state.kind === 'codes' ? state : this.outputOf(last, state);
    return {
      layers: this.layers,
      input: this.input,
      before: this.before,
      output: reading.codes,
      meanings: this.meanings,
      isInputStated: this.isInputStated,
    };
  }

  /** Sums that leave unrounded: to the least of their scales, which is exact where all are one. */
  private outputOf(last: FloatLayer, values: Values): { readonly reading: CodeReading } {
    const mark = { ...last, name: `${last.name}_sums` };
    const scale = this.leastScale(values);
    const most = 2 ** (OUTPUT_BITS - 1);
    const { kernel } = this.network;
    const output: Codes = {
      scale,
      zeroPoint: 0,
      low: -most,
      high: most - 1,
      offset: 0,
      fraction: isPowerOfTwo(scale) ? fractionOfScale(scale) : 0,
    };
    const reading = this.rounded(mark, () =>
      rounded(this, values, { name: last.name, output, rounding: 'RND_CONV', kernel }),
    );
    const state = this.afterMoves(values, reading, last.name);
    return { reading: this.codesOf(last, state) };
  }

  /** The scale of products. */
  private leastScale({ core, affine }: Values): number {
    const factors = affine.factors.map(Math.abs).filter((factor) => factor > 0);
    const least = (list: readonly number[]) =>
      list.reduce((so, one) => Math.min(so, one), Number.POSITIVE_INFINITY);
    const own = (): number => {
      switch (core.kind) {
        case 'input':
          return 1;
        case 'codes':
          return core.reading.codes.scale;
        case 'mean':
          return core.reading.codes.scale / (core.layer.window[0] * core.layer.window[1]);
        case 'add':
          return least(core.readings.map(({ codes }) => codes.scale));
        case 'weights':
          return core.reading.codes.scale * least(core.layer.scales ?? [1]);
      }
    };
    return own() * (factors.length === 0 ? 1 : least(factors));
  }
}

/** Bits of outputs that nobody rounds. */
const OUTPUT_BITS = 32;

const placed = (layer: FloatMaxPool, { stored }: CodeReading): FloatMaxPool => ({
  ...layer,
  padding: windowOn({ ...layer, size: layer.window }, stored).padding,
});
