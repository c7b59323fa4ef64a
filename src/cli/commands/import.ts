import type { Command } from 'commander';
import { whole } from '../../core/number-text.js';
import type { ImportReport } from '../../pipeline/import.js';
import type { GivenFormat } from '../../quantize/options.js';
import { declareActivation, declareArchitecture, kernelsName, kernelsOf } from '../architecture-options.js';
import type { CliCommand } from '../command.js';
import { meaningLines } from '../meaning-text.js';
import { printTable } from '../table.js';

/** A trained network of anybody's → what there is to say of it. */
export const importNetwork: CliCommand = {
  name: 'import',
  summary: "what a trained network in another tool's file becomes; writes nothing",
  examples: [
    ['espalier import net.onnx', 'its layers, shapes, parameters, and what was folded or dropped'],
    ['espalier import net.onnx --shape 1x28x28', 'of an input whose lengths the file leaves open'],
    ['espalier import net.pt --activation relu', "a PyTorch state_dict, which has a chain's weights alone"],
    ['espalier import net.pt --layers net.yaml --shape 1x28x28', 'of other layers than a chain'],
  ],
  declare(command: Command) {
    command.argument('<model>', 'a file of any format in docs/import.md, known by its contents');
    declareArchitecture(command);
    command.option('--input <format>', 'of the input, where a file of whole numbers does not quantize it');
    declareActivation(command);
  },
  async run([model], { shape, layers, activation, transpose, kernels, input: format }) {
    const { describeImport } = await import('../../pipeline/import.js');
    const { weightOptions } = await import('../../pipeline/compile-config.js');
    const { readLayers } = await import('../../pipeline/layers-file.js');
    const { blocking } = await import('../../core/early-exit.js');
    const { present } = await import('../../core/objects.js');
    const { parseFormat } = await import('../../fixed/format.js');
    const { activations } = weightOptions({ activation });
    const input = format === undefined ? undefined : parseFormat(format, '--input');
    const stated = layers === undefined ? undefined : readLayers(layers);
    const report = blocking(() =>
      describeImport(
        model,
        present({ shape, activations, layers: stated, transpose, kernels: kernelsOf(kernels), input }),
      ),
    );
    return { result: report, text: describe(report), status: 0 };
  },
};

function describe(report: ImportReport): string {
  const { format, input, head, layers, notes, foldings, parameters, macs, integers } = report;
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
    ...formatsOf(report),
    ...(beside.length === 0 ? [] : ['', printTable(['in the file', 'here'], beside)]),
    ...(integers === null
      ? []
      : [
          '',
          ...meaningLines(integers.meanings),
          '',
          `sums are scaled as ${kernelsName(integers.kernels)} does`,
        ]),
  ].join('\n');
}

/** What the file states of number formats. */
function formatsOf({ formats, layers }: ImportReport): string[] {
  if (formats === null) return [];
  const rows = layers.map(({ name }) => {
    const { weights, bias, output } = formats.layers?.[name] ?? {};
    return [name, ...[weights, bias, output].map(printGiven)];
  });
  return [
    '',
    printTable(
      ['formats', 'weights', 'bias', 'output'],
      [['input', '', '', printGiven(formats.input)], ...rows],
    ),
  ];
}

function printGiven(given: GivenFormat | undefined): string {
  if (given === undefined) return '';
  const format = typeof given === 'string' || Array.isArray(given) ? given : given.format;
  if (typeof format === 'string') return format;
  return format.every((one) => one === format[0])
    ? format[0]
    : `${format.length} of them, ${format[0]} first`;
}
