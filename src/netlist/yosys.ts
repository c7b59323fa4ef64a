import { problems } from './problems.js';
import type { Yosys, YosysKind } from './yosys-job.js';
import { findNativeYosys } from './yosys-native.js';
import { findWasmYosys } from './yosys-wasm.js';

/**
 * The native Yosys of the PATH when there is one, else the WebAssembly one.
 *
 * @param wanted insist on one of the two
 * @throws netlist/yosys-missing
 */
export async function findYosys(wanted?: YosysKind): Promise<Yosys> {
  const native = wanted === 'wasm' ? undefined : await findNativeYosys();
  const found = native ?? (wanted === 'native' ? undefined : await findWasmYosys());
  if (found === undefined) throw problems.yosysMissing(wanted);
  return found;
}
