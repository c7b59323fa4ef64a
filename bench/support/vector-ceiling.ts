import { times } from '../../src/learn/kernels/text.js';
import { processorSecondsOf } from './processor-time.js';

/** Sums that are worked on in turn, so that none waits for its last step; all of them fit the registers. */
const CHAINS = 13;
const TURNS = 2_000_000;

/**
 * GFLOPS of multiplications and additions on vectors of 128 bits that stay in registers, on one thread by the processor's time:
 * no kernel of WebAssembly can be faster without fused or wider operations.
 */
export async function vectorCeiling(): Promise<number> {
  const { default: wabt } = await import('wabt');
  const { parseWat } = await wabt();
  const parsed = parseWat('ceiling.wat', LOOP, { simd: true });
  const module = new WebAssembly.Module(new Uint8Array(parsed.toBinary({}).buffer));
  const { run } = new WebAssembly.Instance(module, {}).exports as unknown as Loop;
  return (TURNS * CHAINS * 4 * 2) / processorSecondsOf(() => run(TURNS, 1e-5)) / 1e9;
}

interface Loop {
  run(turns: number, scale: number): number;
}

const chains = (text: (at: number) => string): string => times(CHAINS, text);

const LOOP = `(module (func (export "run") (param $left i32) (param $scale f32) (result f32)
  (local $x v128) (local $y v128) ${chains((at) => `(local $c${at} v128)`)}
  (local.set $x (f32x4.splat (local.get $scale)))
  (local.set $y (f32x4.splat (f32.add (local.get $scale) (f32.const 1))))
  (loop $turns
    ${chains((at) => `(local.set $c${at} (f32x4.add (f32x4.mul (local.get $c${at}) (local.get $x)) (local.get $y)))`)}
    (br_if $turns (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  ${chains((at) => `(local.set $x (f32x4.add (local.get $x) (local.get $c${at})))`)}
  (f32x4.extract_lane 0 (local.get $x))))`;
