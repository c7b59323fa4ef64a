// Which lanes are worth their multipliers: one network, emitted with 1 to 4 lanes, simulated and proved.
import path from 'node:path';
import { compileConfig, compileWeights, prove, simulate, writeDesign } from 'espalier';

const [, , weights, out] = process.argv;
for (const lanes of [1, 2, 4]) {
  const config = compileConfig(undefined, { input: 'ufixed<6,0>', bits: 8, lanes });
  const { files, manifest } = compileWeights({ weights: [weights], name: 'bearings', config });
  const folder = path.join(out, `lanes${lanes}`);
  writeDesign(folder, files);
  const { passed, interval } = await simulate(folder, { random: 1000 });
  const { certificate } = await prove(folder);
  console.log(
    `${lanes} lanes: ${interval.predicted} cycles, ${passed ? 'equal' : 'not equal'}, ${certificate.status}`,
  );
  if (manifest.timing.interval !== interval.predicted) process.exitCode = 1;
}
