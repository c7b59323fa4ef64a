import { EspalierError } from '../core/errors.js';
import { findYosys } from '../netlist/yosys.js';
import type { LoadedDesign } from './design.js';

const TIME_LIMIT = 120;

/**
 * Whether two designs of the same top module are the same circuit once Yosys has elaborated and cleaned them: then
 * no vector can tell them apart. A plain comparison of netlists: `false` says that this did not show it, not that
 * they differ. Undefined without Yosys.
 */
export async function sameCircuit(a: LoadedDesign, b: LoadedDesign): Promise<boolean | undefined> {
  try {
    return (await netlistOf(a)) === (await netlistOf(b));
  } catch (error) {
    if (error instanceof EspalierError && error.code.startsWith('netlist/')) return undefined;
    throw error;
  }
}

async function netlistOf({ files: texts, manifest }: LoadedDesign): Promise<string> {
  const script = [
    `read_verilog -DSYNTHESIS ${manifest.sources.map(({ file }) => file).join(' ')}`,
    `hierarchy -top ${manifest.top}`,
    ...['proc', 'flatten', 'opt -full', 'opt_clean -purge', 'rename -enumerate -pattern n%'],
    'write_rtlil netlist.il',
  ];
  const yosys = await findYosys();
  const { files } = await yosys.run({
    task: `comparing circuits of ${manifest.name}`,
    script: script.join('\n'),
    files: texts,
    outputs: ['netlist.il'],
    timeoutSeconds: TIME_LIMIT,
  });
  // Positions in the source, and counters in made-up names, are no part of the circuit.
  return (files.get('netlist.il') as string).replace(/^\s*(attribute|#).*$/gm, '').replace(/\$\d+/g, '');
}
