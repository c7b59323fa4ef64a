import { onnxModel } from '../../test/support/onnx.js';

/** A product's shape: images of height x height x channels, 3x3 kernels, padding that keeps the height. */
export interface ProductShape {
  readonly images: number;
  readonly height: number;
  readonly channels: number;
  readonly units: number;
}

type Work = () => Promise<unknown>;

/** The parts of `onnxruntime-node` that are used here. */
interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<{ run(feeds: object): Promise<object> }>;
  };
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => object;
}

/**
 * A convolution, its gradient by the input and that by the kernel on one thread of onnxruntime; undefined where that is
 * not installed. The gradient by the kernel is a convolution of the images, their channels taken for images, with the
 * upstream gradient.
 */
export async function onnxProducts(shape: ProductShape): Promise<readonly Work[] | undefined> {
  const runtime = await installed();
  if (runtime === undefined) return undefined;
  const { images, height, channels, units } = shape;
  const map = [height, height];
  const small = [3, 3];
  return Promise.all([
    product(runtime, 'Conv', [images, channels, ...map], [units, channels, ...small]),
    product(runtime, 'ConvTranspose', [images, units, ...map], [units, channels, ...small]),
    product(runtime, 'Conv', [channels, images, ...map], [units, images, ...map]),
  ]);
}

async function installed(): Promise<Runtime | undefined> {
  try {
    // Not a literal: nobody has to install it.
    const name = 'onnxruntime-node';
    const { default: runtime } = await import(name);
    return runtime;
  } catch {
    return undefined;
  }
}

async function product(
  { InferenceSession, Tensor }: Runtime,
  op: 'Conv' | 'ConvTranspose',
  input: readonly number[],
  kernel: readonly number[],
): Promise<Work> {
  const count = (dims: readonly number[]) => dims.reduce((size, length) => size * length, 1);
  const values = (dims: readonly number[]) =>
    Array.from({ length: count(dims) }, (_, at) => ((at * 37) % 101) / 101 - 0.5);
  const model = onnxModel({
    nodes: [{ op, inputs: ['x', 'w'], attributes: { pads: [1, 1, 1, 1] } }],
    tensors: { w: { dims: kernel, values: values(kernel) } },
    input,
  });
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const x = new Tensor('float32', Float32Array.from(values(input)), input);
  return () => session.run({ x });
}
