import { Random } from '../../src/core/random.js';
import { networkFromJson } from '../../src/network/json.js';
import type { QuantizedNetwork } from '../../src/network/types.js';

type Shape = readonly [height: number, width: number, channels: number];

/** What the layers of a network have in common. */
interface Style {
  /** Bits of a weight, the sign among them; its largest value is one. */
  readonly weightBits: number;
  /** Part of the weights that is not zero. */
  readonly kept: number;
  readonly activation: string;
  /** Of the codes between layers. */
  readonly format: string;
}

interface WindowOptions {
  readonly size: number;
  readonly stride?: number;
  /** Padded as Keras does; without it a window lies in the map. */
  readonly same?: boolean;
  /** The layer that is read, if not the one before. */
  readonly from?: string;
  readonly activation?: string;
}

/** A network over maps whose layers are added one by one, with seeded weights. */
class Sketch {
  private readonly layers: object[] = [];
  private readonly shapes = new Map<string, Shape>();
  private readonly random: Random;
  private last = 'input';

  constructor(
    private readonly name: string,
    private readonly input: { readonly shape: Shape; readonly format: string },
    private readonly style: Style,
    seed: number,
  ) {
    this.random = new Random(seed, name);
    this.shapes.set('input', input.shape);
  }

  conv(name: string, units: number, options: WindowOptions): this {
    const { size } = options;
    const [, , channels] = this.shapeOf(options.from);
    const taps = Array.from({ length: size }, () =>
      Array.from({ length: size }, () => this.matrix(channels, units, size * size * channels)),
    );
    const window = this.windowAt(options);
    this.add(name, options.from, [...window.positions, units], {
      kind: 'conv2d',
      ...this.weights(taps, units),
      strides: window.strides,
      padding: window.padding,
      finish: { activation: options.activation ?? this.style.activation, output: this.output },
    });
    return this;
  }

  maxPool(name: string, options: WindowOptions): this {
    const { positions, strides, padding } = this.windowAt(options);
    const [, , channels] = this.shapeOf(options.from);
    const window = [options.size, options.size];
    this.add(name, options.from, [...positions, channels], { kind: 'max_pool', window, strides, padding });
    return this;
  }

  /** Over the whole map. */
  averagePool(name: string): this {
    const [height, width, channels] = this.shapeOf();
    this.add(name, undefined, [1, 1, channels], {
      kind: 'average_pool',
      channels,
      window: [height, width],
      strides: [1, 1],
      reciprocal: 'ufixed<16,1>',
      finish: { activation: 'linear', output: this.output },
    });
    return this;
  }

  addition(name: string, from: readonly [string, string]): this {
    const [height, width, units] = this.shapeOf(from[0]);
    this.layers.push({
      kind: 'add',
      name,
      from,
      units,
      signs: [1, 1],
      finish: { activation: this.style.activation, output: this.output },
    });
    this.note(name, [height, width, units]);
    return this;
  }

  flatten(name: string): this {
    const [height, width, channels] = this.shapeOf();
    const units = height * width * channels;
    this.add(name, undefined, [1, 1, units], { kind: 'move', move: { kind: 'reshape', shape: [units] } });
    return this;
  }

  dense(name: string, units: number, isLast = false): this {
    const [, , inputs] = this.shapeOf();
    this.add(name, undefined, [1, 1, units], {
      kind: 'dense',
      ...this.weights(this.matrix(inputs, units, inputs), units),
      finish: isLast
        ? { activation: 'linear', output: 'exact' }
        : { activation: this.style.activation, output: this.output },
    });
    return this;
  }

  build(): QuantizedNetwork {
    const { name, input, layers } = this;
    const [height, width] = this.shapeOf();
    const head = { kind: height * width === 1 ? 'argmax' : 'values' };
    return networkFromJson(
      JSON.stringify({ schema: 'espalier/network', version: 2, name, input, layers, head }),
    );
  }

  private get output() {
    return { format: this.style.format, rounding: 'RND', overflow: 'SAT' };
  }

  private shapeOf(name = this.last): Shape {
    return this.shapes.get(name) as Shape;
  }

  private note(name: string, shape: Shape): void {
    this.shapes.set(name, shape);
    this.last = name;
  }

  private add(name: string, from: string | undefined, shape: Shape, layer: object): void {
    this.layers.push({ name, ...(from === undefined ? {} : { from: [from] }), ...layer });
    this.note(name, shape);
  }

  private weights(codes: unknown, units: number) {
    const { weightBits } = this.style;
    const format = `fixed<${weightBits},1>`;
    return { kernel: { format, codes }, bias: { format, codes: this.row(units, 64, 1) } };
  }

  private matrix(inputs: number, units: number, fanIn: number): number[][] {
    return Array.from({ length: inputs }, () => this.row(units, fanIn, this.style.kept));
  }

  /** Gaussian, of variance 2 / fanIn. */
  private row(units: number, fanIn: number, kept: number): number[] {
    const limit = 2 ** (this.style.weightBits - 1);
    return Array.from({ length: units }, () => {
      const code = Math.round(this.random.normal() * Math.sqrt(2 / fanIn) * limit);
      return this.random.float() < kept ? Math.min(Math.max(code, -limit), limit - 1) : 0;
    });
  }

  private windowAt({ size, stride = 1, same = false, from }: WindowOptions) {
    const [height, width] = this.shapeOf(from);
    const [down, across] = [height, width].map((length) => along(length, size, stride, same));
    return {
      positions: [down.positions, across.positions] as const,
      strides: [stride, stride],
      padding: [...down.padding, ...across.padding],
    };
  }
}

/** Along one axis, as Keras has it. */
function along(length: number, size: number, stride: number, same: boolean) {
  if (!same) return { positions: Math.floor((length - size) / stride) + 1, padding: [0, 0] };
  const positions = Math.ceil(length / stride);
  const padded = Math.max(0, (positions - 1) * stride + size - length);
  return { positions, padding: [Math.floor(padded / 2), Math.ceil(padded / 2)] };
}

/** The student of the distillation studies: two convolutions with leaky rectifiers and overlapping pools, dense 10. */
export const mnistStudent = (kept: number, seed = 1): QuantizedNetwork =>
  new Sketch(
    'student',
    { shape: [28, 28, 1], format: 'ufixed<8,0>' },
    { weightBits: 6, kept, activation: 'leaky_relu:13/64', format: 'fixed<6,3>' },
    seed,
  )
    .conv('conv1', 16, { size: 3, stride: 2, same: true })
    .maxPool('pool1', { size: 2, same: true })
    .conv('conv2', 32, { size: 3, stride: 2, same: true })
    .maxPool('pool2', { size: 2, same: true })
    .flatten('flat')
    .dense('score', 10, true)
    .build();

/** The SVHN network of arXiv 2101.05108. */
export const svhnNetwork = (kept: number, seed = 1): QuantizedNetwork =>
  new Sketch(
    'svhn',
    { shape: [32, 32, 3], format: 'ufixed<8,0>' },
    { weightBits: 7, kept, activation: 'relu', format: 'ufixed<7,2>' },
    seed,
  )
    .conv('conv1', 16, { size: 3 })
    .maxPool('pool1', { size: 2, stride: 2 })
    .conv('conv2', 16, { size: 3 })
    .maxPool('pool2', { size: 2, stride: 2 })
    .conv('conv3', 24, { size: 3 })
    .maxPool('pool3', { size: 2, stride: 2 })
    .flatten('flat')
    .dense('dense1', 42)
    .dense('dense2', 64)
    .dense('score', 10, true)
    .build();

/** The residual network of MLPerf Tiny for CIFAR-10: 12.5 million products. */
export const resnet8 = (kept: number, seed = 1): QuantizedNetwork => {
  const sketch = new Sketch(
    'resnet8',
    { shape: [32, 32, 3], format: 'ufixed<8,0>' },
    { weightBits: 8, kept, activation: 'relu', format: 'ufixed<8,3>' },
    seed,
  ).conv('conv1', 16, { size: 3, same: true });
  let before = 'conv1';
  for (const [block, units] of [16, 32, 64].entries()) {
    const name = `block${block + 1}`;
    const stride = block === 0 ? 1 : 2;
    sketch.conv(`${name}a`, units, { size: 3, stride, same: true, from: before });
    sketch.conv(`${name}b`, units, { size: 3, same: true, activation: 'linear' });
    let beside = before;
    if (stride > 1) {
      beside = `${name}c`;
      sketch.conv(beside, units, { size: 1, stride, same: true, from: before, activation: 'linear' });
    }
    sketch.addition(`${name}_sum`, [`${name}b`, beside]);
    before = `${name}_sum`;
  }
  return sketch.averagePool('mean').flatten('flat').dense('score', 10, true).build();
};

/** Two convolutions of 3x3 taps, half of their weights zero, all three maps of so many channels. */
export const evenNetwork = (channels: number, seed = 1): QuantizedNetwork =>
  new Sketch(
    'even',
    { shape: [8, 8, channels], format: 'ufixed<6,0>' },
    { weightBits: 6, kept: 0.5, activation: 'relu', format: 'ufixed<6,2>' },
    seed,
  )
    .conv('conv1', channels, { size: 3, same: true })
    .conv('conv2', channels, { size: 3, same: true })
    .build();

/** A kernel of 3x3 taps and 16 channels to 16, at one position: 6-bit gaussian weights of a third of their range. */
export function kernelNetwork(kept: number, seed = 1): QuantizedNetwork {
  const random = new Random(seed, 'kernel');
  const row = (units: number, part: number) =>
    Array.from({ length: units }, () => {
      const code = Math.round((random.normal() * 32) / 3);
      return random.float() < part ? Math.min(Math.max(code, -32), 31) : 0;
    });
  const format = 'fixed<6,1>';
  const codes = Array.from({ length: 9 * 16 }, () => row(16, kept));
  const output = { format: 'ufixed<7,2>', rounding: 'RND', overflow: 'SAT' };
  const kernel = {
    ...{ kind: 'dense', name: 'kernel', kernel: { format, codes }, bias: { format, codes: row(16, 1) } },
    finish: { activation: 'relu', output },
  };
  const input = { size: 9 * 16, format: 'ufixed<7,2>' };
  const head = { kind: 'values' };
  return networkFromJson(
    JSON.stringify({ schema: 'espalier/network', version: 2, name: 'kernel', input, layers: [kernel], head }),
  );
}
