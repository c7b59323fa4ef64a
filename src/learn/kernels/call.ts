import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Crew } from './crew.js';
import type { KernelJob } from './jobs.js';
import type { Address, WasmKernels } from './machine.js';
import { type Tap, type Windows, writeTaps } from './window.js';
import type { Workspace, WorkspaceLayout } from './workspace.js';

/** One call of a kernel: tensors come into the module's memory, jobs are done there, and tensors go back. */
export class Call {
  private readonly workspace: Workspace;
  private readonly layout: WorkspaceLayout;

  constructor(
    private readonly crew: Crew,
    private readonly backend: BackendWasm,
  ) {
    this.workspace = crew.workspace;
    this.layout = crew.newLayout();
  }

  get machine(): WasmKernels {
    return this.workspace.machine;
  }

  /** A tensor's numbers in the module's memory. */
  input(tensor: TensorInfo): Address {
    const values = this.valuesOf(tensor);
    const at = this.layout.reserve(values.length);
    this.workspace.floats.set(values, at / 4);
    return at;
  }

  /** Room for so many numbers, whatever is in it. */
  room(numbers: number): Address {
    return this.layout.reserve(numbers);
  }

  /** Room for so many zeros. */
  zeros(numbers: number): Address {
    const at = this.layout.reserve(numbers);
    this.workspace.slice(at, numbers).fill(0);
    return at;
  }

  /** Taps, and zeros for what lies outside of an image. */
  taps(taps: readonly Tap[], channels: number): Pick<Windows, 'taps' | 'tapCount' | 'zeros'> {
    const at = this.layout.reserve(2 * taps.length);
    writeTaps(this.workspace, taps, at);
    return { taps: at, tapCount: taps.length, zeros: this.zeros(channels) };
  }

  /** A matrix [k][column] as panels of the right factor. @param strides in numbers */
  packed(
    from: Address,
    [kStride, columnStride]: readonly [number, number],
    k: number,
    columns: number,
  ): Address {
    const to = this.layout.reserve(k * Math.ceil(columns / 8) * 8);
    this.workspace.machine.pack_right(from, kStride * 4, columnStride * 4, k, columns, to);
    return to;
  }

  /** The module's numbers at an address. */
  numbers(from: Address, count: number): Float32Array {
    return this.workspace.slice(from, count);
  }

  run(job: KernelJob): void {
    this.crew.run(job, this.layout);
  }

  /** A tensor of what lies at an address. */
  output(from: Address, shape: readonly number[]): TensorInfo {
    const out = this.backend.makeOutput([...shape], 'float32');
    const values = this.valuesOf(out);
    values.set(this.workspace.slice(from, values.length));
    return out;
  }

  /** A small tensor's numbers, to be read at once. */
  values(tensor: TensorInfo): Float32Array {
    return this.valuesOf(tensor).slice();
  }

  private valuesOf(tensor: TensorInfo): Float32Array {
    return this.backend.typedArrayFromHeap(tensor as Tensor) as Float32Array;
  }
}

export const size = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);
