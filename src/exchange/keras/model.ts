import { type FloatActivation, printFloatActivation } from '../../float/activation.js';
import type { FloatTensor } from '../../float/tensor.js';
import type { FloatNetwork } from '../../float/types.js';
import { INPUT, readBy } from '../../network/graph.js';
import { problems } from '../problems.js';
import { activationNameOf } from '../tfjs-activation.js';

/** A network as Keras and TensorFlow.js write it: layers as plain data, and what they keep beside. */
export interface WrittenModel {
  /** `class_name` and `config`. */
  readonly topology: object;
  readonly layers: readonly WrittenLayer[];
}

export interface WrittenLayer {
  readonly name: string;
  readonly weights: readonly WrittenWeight[];
}

export interface WrittenWeight extends FloatTensor {
  readonly name: string;
}

interface LayerJson {
  readonly class_name: string;
  readonly config: { readonly name: string; readonly [member: string]: unknown };
  readonly inbound_nodes?: readonly unknown[];
}

/** Grows layer by layer. */
export class ModelWriter {
  private readonly json: LayerJson[] = [];
  private readonly layers: WrittenLayer[] = [];
  private readonly reads: string[][] = [];
  /** The layer of Keras that gives what one of the network gives. */
  private readonly given = new Map([[INPUT, INPUT]]);

  constructor(private readonly network: FloatNetwork) {
    const { shape } = network.input;
    this.push('InputLayer', INPUT, { batch_input_shape: [null, ...shape], sparse: false }, [], []);
  }

  /** Names of what a layer of the network reads. */
  sourcesOf(index: number): string[] {
    return readBy(this.network, index).map((name) => this.given.get(name) as string);
  }

  /** Adds a layer; gives its name. */
  push(
    className: string,
    name: string,
    config: object,
    from: readonly string[],
    weights: readonly WrittenWeight[] = [],
  ): string {
    this.json.push({ class_name: className, config: { name, trainable: true, dtype: 'float32', ...config } });
    this.layers.push({ name, weights });
    this.reads.push([...from]);
    return name;
  }

  /** What stands for a layer of the network from now on. */
  finish(name: string, by: string): void {
    this.given.set(name, by);
  }

  /** An activation that layers have as a member; undefined for one that takes a layer of its own. */
  member(activation: FloatActivation): string | undefined {
    return activationNameOf(activation);
  }

  /** The activation of a layer, as a layer behind it where no member says it. @param axes of what is activated */
  activated(name: string, activation: FloatActivation, from: string, axes: number): string {
    if (activation === 'linear') return from;
    const known = this.member(activation);
    const beside = `${name}_activation`;
    if (known !== undefined) return this.push('Activation', beside, { activation: known }, [from]);
    const { className, config, weights } = layerOf(activation, name, axes);
    return this.push(className, beside, config, [from], weights);
  }

  /** The whole model; a chain is written as one. */
  written(output: string): WrittenModel {
    const { name, head } = this.network;
    const last = this.headed(output, head);
    const isChain = this.reads.every(
      (from, at) => at === 0 || (from.length === 1 && from[0] === this.layers[at - 1].name),
    );
    if (isChain) {
      return {
        topology: { class_name: 'Sequential', config: { name, layers: this.json } },
        layers: this.layers,
      };
    }
    const layers = this.json.map((layer, at) => ({
      ...layer,
      name: layer.config.name,
      inbound_nodes: at === 0 ? [] : [this.reads[at].map((read) => [read, 0, 0, {}])],
    }));
    const ends = { input_layers: [[INPUT, 0, 0]], output_layers: [[last, 0, 0]] };
    return { topology: { class_name: 'Functional', config: { name, layers, ...ends } }, layers: this.layers };
  }

  /** The head's function, as Keras' models have it at their end. */
  private headed(output: string, head: FloatNetwork['head']): string {
    if (head === 'values') return output;
    const activation = head === 'binary' ? 'sigmoid' : 'softmax';
    return this.push('Activation', `${output}_head`, { activation }, [output]);
  }
}

/** @throws exchange/keras-layer */
function layerOf(
  activation: FloatActivation,
  name: string,
  axes: number,
): { className: string; config: object; weights: readonly WrittenWeight[] } {
  const none: readonly WrittenWeight[] = [];
  if (typeof activation === 'object') {
    if (activation.kind === 'clip')
      return { className: 'ReLU', config: { max_value: activation.bound }, weights: none };
    if (activation.kind === 'leaky_relu') {
      return {
        className: 'LeakyReLU',
        config: { alpha: activation.multiplier / 2 ** activation.shift },
        weights: none,
      };
    }
    if (activation.kind === 'slopes') return slopesOf(activation.slopes, axes);
    if (activation.kind === 'curve' && activation.curve === 'elu') {
      return { className: 'ELU', config: { alpha: activation.parameters[0] }, weights: none };
    }
  }
  throw problems.kerasLayer(
    `layer ${name}`,
    `the activation ${printFloatActivation(activation)}`,
    'another one',
  );
}

function slopesOf(slopes: readonly number[], axes: number) {
  if (slopes.length === 1) return { className: 'LeakyReLU', config: { alpha: slopes[0] }, weights: [] };
  const shape = [...Array<number>(axes - 1).fill(1), slopes.length];
  const shared = Array.from({ length: axes - 1 }, (_, axis) => axis + 1);
  return {
    className: 'PReLU',
    config: { shared_axes: shared.length === 0 ? null : shared },
    weights: [{ name: 'alpha', shape, values: Float64Array.from(slopes) }],
  };
}
