import { ELEMENTWISE_FUNCTIONS } from './elementwise-text.js';
import { FINISH_FUNCTIONS } from './finish-text.js';
import { NORMALIZE_FUNCTIONS } from './normalize-text.js';
import { PRODUCT_FUNCTIONS } from './product-text.js';
import { WINDOW_FUNCTIONS } from './window-text.js';

/** Pages of 64 kB in 4 GB: as far as addresses reach. */
export const MOST_PAGES = 65536;

/** An address or a distance in bytes. */
export type Address = number;

/** The functions of the module; what each does stands beside its text. */
export interface WasmKernels {
  multiply(
    leftPanels: number,
    rightPanels: number,
    k: number,
    left: Address,
    leftStride: number,
    right: Address,
    rightStride: number,
    sums: Address,
  ): void;
  pack_right(
    from: Address,
    kStride: number,
    columnStride: number,
    k: number,
    columns: number,
    to: Address,
  ): void;
  gather_rows(table: Address, panels: number, ...rest: readonly number[]): void;
  gather_columns(table: Address, rows: number, ...rest: readonly number[]): void;
  scatter(sums: Address, table: Address, rows: number, rightPanels: number, columns: number): void;
  depthwise_rows(table: Address, rows: number, ...rest: readonly number[]): void;
  depthwise_column(table: Address, rows: number, ...rest: readonly number[]): void;
  max_pool_gradient(table: Address, rows: number, ...rest: readonly number[]): void;
  average_pool_gradient(table: Address, rows: number, ...rest: readonly number[]): void;
  leaky_relu(at: Address, count: number, alpha: number): void;
  step(at: Address, count: number, alpha: number): void;
  finish(at: Address, ...rest: readonly number[]): void;
  finish_gradient(at: Address, to: Address, ...rest: readonly number[]): void;
  channel_sums(at: Address, rows: number, channels: number, lists: Address): void;
  channel_squares(at: Address, rows: number, channels: number, lists: Address): void;
  channel_products(at: Address, rows: number, channels: number, lists: Address, by: Address): void;
  normalize(at: Address, rows: number, channels: number, lists: Address): void;
  normalize_gradient(at: Address, rows: number, channels: number, lists: Address, by: Address): void;
}

/** The module, from its text. */
export async function assemble(): Promise<WebAssembly.Module> {
  const { default: wabt } = await import('wabt');
  const { parseWat } = await wabt();
  const functions = [
    ...PRODUCT_FUNCTIONS,
    ...WINDOW_FUNCTIONS,
    ...ELEMENTWISE_FUNCTIONS,
    ...FINISH_FUNCTIONS,
    ...NORMALIZE_FUNCTIONS,
  ].join('\n');
  const text = `(module (import "host" "memory" (memory 1 ${MOST_PAGES} shared)) ${functions})`;
  const parsed = parseWat('kernels.wat', text, { simd: true, threads: true, bulk_memory: true });
  try {
    return new WebAssembly.Module(new Uint8Array(parsed.toBinary({}).buffer));
  } finally {
    parsed.destroy();
  }
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): WasmKernels {
  return new WebAssembly.Instance(module, { host: { memory } }).exports as unknown as WasmKernels;
}
