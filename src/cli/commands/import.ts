import type { Command } from 'commander';
import { whole } from '../../core/number-text.js';
import type { ImportReport } from '../../pipeline/import.js';
import type { CliCommand } from '../command.js';
import { lengths } from '../option-parsers.js';
import { printTable } from '../table.js';

/** A trained network of anybody's → what there is to say of it. */
export const importNetwork: CliCommand = {
  name: 'import',
  summary: "what a trained network in another tool's file becomes; writes nothing",
  examples: [
    ['espalier import net.onnx', 'its layers, shapes, parameters, and what was folded or dropped'],
    ['espalier import net.onnx --shape 1x28x28', 'of an input whose lengths the file leaves open'],
  ],
  declare(command: Command) {
    command
      .argument('<model>', 'ONNX, or a model.json of TensorFlow.js: known by its contents')
      .option('--shape <lengths>', "of the input, in the file's order: 1x28x28", lengths('--shape'));
  },
  async run([model], { shape }) {
    const { describeImport } = await import('../../pipeline/import.js');
    const { blocking } = await import('../../core/early-exit.js');
    const report = blocking(() => describeImport(model, shape));
    return { result: report, text: describe(report), status: 0 };
  },
};

function describe({ format, input, head, layers, notes, foldings, parameters, macs }: ImportReport): string {
  const rows = layers.map((layer) => [
    layer.name,
    layer.kind,
    layer.reads.join(', '),
    layer.shape.join(' x '),
    whole(layer.parameters),
    whole(layer.nonZeros),
    whole(layer.macs),
  ]);
  const titles = ['layer', 'kind', 'reads', 'shape', 'parameters', 'not zero', 'products'];
  const beside = [
    ...foldings.map(({ layer, kind, into }) => [
      `${layer} (${kind})`,
      layer === into ? 'weights of its own' : `in ${into}`,
    ]),
    ...notes.filter(({ what }) => what === 'dropped').map(({ from, into }) => [from, `dropped: ${into}`]),
  ];
  return [
    `${format}, input ${input.join(' x ')}, head ${head}`,
    '',
    printTable(titles, rows, { numeric: [4, 5, 6] }),
    '',
    `${whole(parameters)} parameters, ${whole(macs)} products a sample`,
    ...(beside.length === 0 ? [] : ['', printTable(['in the file', 'here'], beside)]),
  ].join('\n');
}
