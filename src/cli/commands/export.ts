import path from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { assertNever } from '../../core/assert.js';
import { whole } from '../../core/number-text.js';
import { C_STYLES } from '../../exchange/c/style.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../exchange/export-formats.js';
import type { ExportFacts } from '../../exchange/exporters.js';
import type { CliCommand } from '../command.js';
import { beatWidth } from '../option-parsers.js';
import { printTable } from '../table.js';

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];

/** A network → what microcontrollers, hosts and other people's interpreters read. */
export const exportNetwork: CliCommand = {
  name: 'export',
  summary: 'C for a microcontroller, encoder and driver for the host, TFLite, Keras or TensorFlow.js',
  examples: [
    ['espalier export c build/wdbc/design', 'wdbc.h and wdbc.c, equal to the hardware bit for bit'],
    [
      'espalier export encoder-python build/wdbc/design --out host',
      'raw features to the input codes of the design, and these to beats',
    ],
    [
      'espalier export tflite-dynamic build/wdbc/weights/pruned',
      'int8 weights, from a TensorFlow.js layers model',
    ],
    ['espalier export driver-python build/wdbc/design', 'a board behind a serial line: infer(features)'],
    ['espalier export keras build/wdbc/design', 'wdbc.h5: the weights that the hardware computes with'],
    ['espalier export onnx build/wdbc/design', 'the integers in ONNX, exactly, as QONNX marks them'],
    ['espalier export tflite-int8 model.json --calibration train.csv', 'everything in integers'],
  ],
  declare(command: Command) {
    const list = FORMATS.map((format) => `  ${format.padEnd(19)} ${EXPORT_FORMATS[format]}`).join('\n');
    command
      .addArgument(new Argument('<format>', 'one of those below').choices(FORMATS))
      .argument(
        '<network>',
        'network.json for c, encoder and onnx, any network for tflite, keras and tfjs, or their folder; a design for driver',
      )
      .option('--out <folder>', 'where the files go (default: build/export)')
      .addOption(
        new Option('--style <style>', 'of the C: small, or fast').choices(C_STYLES).default('tables'),
      )
      .option(
        '--beat <bits>',
        'of encoder: bits of a beat, 8, 16, 32, 64 or all (default: those of the design that the network lies in, or that one would have)',
        beatWidth('--beat'),
      )
      .option('--calibration <file>', 'CSV of scaled features, for the ranges of tflite-int8')
      .addOption(
        new Option(
          '--output <kind>',
          'of tflite: what leaves (default: probability where there is one)',
        ).choices(['probability', 'logits']),
      )
      .addOption(
        new Option('--ends <type>', 'of tflite-int8: what enters and leaves')
          .choices(['int8', 'float32'])
          .default('int8'),
      )
      .addOption(
        new Option(
          '--granularity <scales>',
          'of int8 weights of dense layers: one scale per tensor or per unit (default: tensor where all layers are dense)',
        ).choices(['tensor', 'unit']),
      )
      .addHelpText('after', `\nFormats:\n${list}`);
  },
  async run([format, source], options) {
    const { runExport } = await import('../../exchange/exporters.js');
    const { addFiles } = await import('../../core/owned-folder.js');
    const { checkOutside } = await import('../../pipeline/places.js');
    const { designFacts, layoutFor } = await import('../../pipeline/sample-layout.js');
    const { VERSION } = await import('../../core/version.js');
    const {
      style,
      calibration,
      beat,
      output,
      ends,
      granularity,
      out = path.join('build', 'export'),
    } = options;
    const inputs = calibration === undefined ? [source] : [source, calibration];
    if (options.out !== undefined) checkOutside(out, inputs);
    const { files, facts } = await runExport({
      format: format as ExportFormat,
      source,
      generator: { version: VERSION, command: `espalier export ${format} ${path.basename(source)}` },
      layoutOf: layoutFor(source, beat),
      design: format?.startsWith('driver-') === true ? designFacts(source as string) : undefined,
      style,
      calibration,
      tflite: {
        ends,
        ...(granularity === undefined ? {} : { granularity }),
        ...(output === undefined ? {} : { output }),
      },
    });
    addFiles(out, files);
    const written = [...files].map(([name, content]) => {
      return { file: path.join(out, name), bytes: Buffer.byteLength(content) };
    });
    const lines = written.map(({ file, bytes }) => `${file}  ${whole(bytes)} bytes`);
    return {
      result: { format, files: written, facts },
      text: [...describe(facts), ...lines].join('\n'),
      status: 0,
    };
  },
};

function describe(facts: ExportFacts): string[] {
  switch (facts.kind) {
    case 'c': {
      const { multiplies, additions, loads, stores } = facts.operations;
      const { basis, compiler, flash, ram } = facts.memory;
      return [
        `one inference: ${whole(multiplies)} multiplications, ${whole(additions)} additions, ${whole(loads)} loads, ` +
          `${whole(stores)} stores`,
        `flash ${whole(flash)} bytes, RAM ${whole(ram)} bytes, ${basis}${compiler === undefined ? '' : ` with ${compiler}`}`,
        '',
      ];
    }
    case 'model':
      return [];
    case 'encoder':
      return [`${whole(facts.features)} features`, ''];
    case 'tflite': {
      const rows = facts.tensors.map(({ name, type, shape, bytes, scales = [], zeroPoint, maxError }) => [
        name,
        type,
        shape.join('x'),
        bytes === 0 ? '' : whole(bytes),
        scales.length > 1 ? `${scales.length} scales` : scales.map((scale) => scale.toPrecision(6)).join(''),
        zeroPoint === undefined ? '' : String(zeroPoint),
        maxError === undefined ? '' : maxError.toExponential(1),
      ]);
      const head = ['tensor', 'type', 'shape', 'bytes', 'scale', 'zero point', 'max error'];
      return [printTable(head, rows, { numeric: [3, 4, 5, 6] }), ''];
    }
    default:
      return assertNever(facts);
  }
}
