import { type Command, Option } from 'commander';
import { CHAIN_ACTIVATIONS_WANTED } from '../float/activation.js';
import type { ScalingKernel } from '../network/real-scale.js';
import { assignmentsOr, lengths } from './option-parsers.js';

/** Options that say what a model's file leaves open. */
export const declareArchitecture = (command: Command): Command =>
  command
    .option(
      '--shape <lengths>',
      "of the model's input, in the file's order, where it leaves it open: 1x28x28",
      lengths('--shape'),
    )
    .option('--transpose', 'kernels are units x inputs, as PyTorch writes them')
    .option(
      '--layers <file>',
      "YAML with the layers of a model whose file has weights only, as a run's layers: has them",
    )
    .addOption(
      new Option(
        '--kernels <program>',
        'how a file of whole numbers scales its sums: as XNNPACK (the default of TFLite), rounded once, or as the ' +
          'reference kernels, rounded twice',
      ).choices(Object.keys(KERNELS)),
    );

/** What programs are called, and how they round. */
const KERNELS: Readonly<Record<string, ScalingKernel>> = {
  xnnpack: 'float',
  optimized: 'once',
  reference: 'twice',
};

export const kernelsOf = (name: string | undefined): ScalingKernel | undefined =>
  name === undefined ? undefined : KERNELS[name];

/** As the option has it. */
export const kernelsName = (kernel: ScalingKernel): string =>
  Object.keys(KERNELS).find((name) => KERNELS[name] === kernel)!;

/** @param usual what layers have without it, in words */
export const declareActivation = (command: Command, usual = ''): Command =>
  command.option(
    '--activation <[layer=]kind>',
    `of all layers but the last, or of one: ${CHAIN_ACTIVATIONS_WANTED}${usual}; repeatable`,
    assignmentsOr('all', '--activation', 'KIND or LAYER=KIND, such as relu or hidden=relu'),
  );
