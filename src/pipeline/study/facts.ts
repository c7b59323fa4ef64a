import { VERSION } from '../../core/version.js';
import { countOperations } from '../../exchange/c/cost.js';
import { measureMemory } from '../../exchange/c/measure.js';
import { exportC } from '../../exchange/c/source.js';
import type { CStyle } from '../../exchange/c/style.js';
import { exportTflite, TFLITE_MODES, type TfliteMode } from '../../exchange/tflite/export.js';
import { inputsOf, placeFloatLayers } from '../../float/graph.js';
import type { Samples } from '../../learn/samples.js';
import { sizeOf } from '../../learn/size.js';
import { placeLayers } from '../../network/graph.js';
import { networkToJson } from '../../network/json.js';
import { sizeOf as codesIn } from '../../network/tensor.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { McuCost, VariantCost, VariantFacts } from '../../report/study.js';
import { hardwareCost } from './hardware-cost.js';
import { evaluateMade, type Made } from './make.js';
import type { Variant } from './variants.js';

const FLOAT_BITS = 32;

/** Path → content, of everything that a variant leaves as: TFLite of float networks, C of integer ones. */
export type Exports = ReadonlyMap<string, string | Uint8Array>;

/**
 * @param calibration of the int8 TFLite model
 * @param command that makes them again, for the head of each file
 */
export function exportsOf(
  { name }: Variant,
  made: Made,
  calibration: Samples,
  command: string,
): Map<string, string | Uint8Array> {
  const stem = name.replaceAll('-', '_');
  if (made.kind === 'integer') {
    const network = { ...made.network, name: stem };
    const source = exportC(network, { version: VERSION, command });
    return new Map([['network.json', networkToJson(network)], ...source]);
  }
  const options = { calibration: calibration.features };
  const { network } = made;
  return new Map(
    TFLITE_MODES.map((mode) => [
      tfliteFile(name, mode),
      exportTflite({ ...network, name: stem }, { ...options, mode }).bytes,
    ]),
  );
}

const tfliteFile = (name: string, mode: TfliteMode) => `${name.replaceAll('-', '_')}_${mode}.tflite`;

/**
 * What there is to know of a variant that was made once.
 *
 * @param test samples that accuracy is measured on
 * @param lanes per layer, at each of which cycles are counted
 * @throws hardware/*
 */
export async function factsOf(
  variant: Variant,
  made: Made,
  test: Samples,
  exported: Exports,
  lanes: readonly number[],
): Promise<VariantFacts> {
  const common = { ...variant, shape: shapeOf(made), history: made.history, test: evaluateMade(made, test) };
  if (made.kind === 'integer') {
    const { parameters, nonZeros, parameterBits } = hardwareCost(made.network, serialWith(1));
    return { ...common, parameters, nonZeros, parameterBits, cost: await costOf(made.network, lanes) };
  }
  const { parameters, nonZeros } = sizeOf(made.network);
  const tflite = TFLITE_MODES.map((mode) => [mode, exported.get(tfliteFile(variant.name, mode))?.length]);
  const parameterBits = nonZeros * FLOAT_BITS;
  return { ...common, parameters, nonZeros, parameterBits, tflite: Object.fromEntries(tflite) };
}

/** Inputs, then units of each layer. */
function shapeOf(made: Made): number[] {
  return made.kind === 'float'
    ? [
        inputsOf(made.network),
        ...placeFloatLayers(made.network).map(({ output }) => codesIn({ shape: output })),
      ]
    : [made.network.input.formats.length, ...placeLayers(made.network).map(({ output }) => codesIn(output))];
}

const serialWith = (lanes: number) => ({ architecture: 'serial', lanes });

async function costOf(network: QuantizedNetwork, lanes: readonly number[]): Promise<VariantCost> {
  const { latency, estimate } = hardwareCost(network, { architecture: 'parallel' });
  return {
    serial: lanes.map((count) => {
      const { interval, latency, romBits } = hardwareCost(network, serialWith(count));
      return { lanes: count, interval, latency, romBits };
    }),
    parallel: { latency, ...(estimate as NonNullable<typeof estimate>) },
    tables: await mcuCost(network, 'tables'),
    unrolled: await mcuCost(network, 'unrolled'),
  };
}

async function mcuCost(network: QuantizedNetwork, style: CStyle): Promise<McuCost> {
  const { multiplies } = countOperations(network, style);
  return { ...(await measureMemory(network, style)), multiplies };
}
