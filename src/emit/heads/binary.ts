import { type Format, fractionOf } from '../../fixed/format.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { ProbabilityTable } from '../../network/types.js';
import type { Generator, PlanContext } from '../architecture.js';
import { requantizeParameters } from '../requantize.js';
import { type RomImage, romChecksum, twosComplement } from '../rom.js';
import { renderTemplate } from '../template.js';
import {
  alignConnections,
  alignDeclarations,
  commentLines,
  type Declaration,
  madeBy,
  slice,
} from '../verilog.js';
import { binaryCost } from './binary-cost.js';
import { headPorts, outputNotes, type PlanHead, packedFields, valuesWidth } from './head.js';

/** One output: its sign decides, and a table may give the probability. */
export const binaryHead: PlanHead = (network, context) => {
  const module = context.modules.claim(`${context.top}_head`);
  const { probability } = network.head as Extract<typeof network.head, { kind: 'binary' }>;
  const table = probability && { ...probability, rom: tableRom(probability, `${module}_probability`) };
  return {
    module,
    primitives: table === undefined ? [] : ['espalier_rom', 'espalier_requantize'],
    roms: table === undefined ? [] : [table.rom],
    latency: 1,
    cost: binaryCost(network, probability),
    print: (generator) => ({ file: `${module}.v`, text: textOf(module, table, network, context, generator) }),
  };
};

type PlacedTable = ProbabilityTable & { readonly rom: RomImage };

function textOf(
  module: string,
  table: PlacedTable | undefined,
  network: AffineNetwork,
  context: PlanContext,
  generator: Generator,
): string {
  const { format } = network.outputs[0];
  const width = valuesWidth(context);
  const signals: Declaration[] = [
    { kind: 'reg', width, name: 'values_q' },
    { kind: 'reg', width: 1, name: 'class_q' },
  ];
  if (table !== undefined) {
    signals.push(
      { kind: 'wire', width: table.index.format.width, name: 'table_index' },
      { kind: 'wire', width: table.format.width, name: 'probability' },
      { kind: 'wire', width: 1, name: 'word_fault' },
      { kind: 'reg', width: 1, name: 'fault_q' },
      { kind: 'wire', width: 1, name: 'fault', value: 'fault_q | word_fault' },
    );
  }
  const sign = format.signed ? `~${slice('values_i', width - 1, 1, width)} & ` : '';
  return renderTemplate('heads/binary.v', {
    design: network.name,
    module,
    notes: commentLines([
      ...outputNotes('data_o', packedFields(context)),
      '',
      'Interval 1 cycle, latency 1 cycle.',
    ]),
    madeBy: madeBy(generator),
    ports: alignDeclarations(headPorts(context), ',', ''),
    signals: alignDeclarations(signals, ';', ';'),
    instances: table === undefined ? [] : tableInstances(table, format, width),
    isPositive: `${sign}(values_i != ${width}'d0)`,
    hasTable: table !== undefined,
    dataValid: table === undefined ? 'valid_q' : 'valid_q & ~fault',
    data: table === undefined ? '{class_q, values_q}' : '{probability, class_q, values_q}',
  });
}

/** Addressed by the index code's bits: where it is signed, the negative codes lie in the upper half. */
function tableRom({ index, format, codes }: ProbabilityTable, name: string): RomImage {
  const half = index.format.signed ? codes.length / 2 : 0;
  const byBits = [...codes.slice(half), ...codes.slice(0, half)];
  return {
    name,
    layer: 'head',
    purpose: 'probability by index code',
    width: format.width,
    words: byBits.map((code) => twosComplement(code, format.width)),
  };
}

function tableInstances({ index, rom }: PlacedTable, logit: Format, width: number) {
  const sumWidth = logit.signed ? width : width + 1;
  return [
    {
      module: 'espalier_requantize',
      instance: 'index_requantize',
      parameters: alignConnections(
        requantizeParameters({
          sumWidth,
          activation: { kind: 'linear' },
          shift: fractionOf(logit) - fractionOf(index.format),
          rounding: index.rounding,
          again: 0,
          overflow: { kind: index.overflow === 'SAT' ? 'saturate' : 'drop' },
          format: index.format,
        }),
      ),
      ports: alignConnections([
        ['sum_i', logit.signed ? 'values_i' : "{1'b0, values_i}"],
        ['code_o', 'table_index'],
      ]),
    },
    {
      module: 'espalier_rom',
      instance: 'probability_rom',
      parameters: alignConnections([
        ['WIDTH', `${rom.width}`],
        ['DEPTH', `${rom.words.length}`],
        ['ADDRESS_WIDTH', `${index.format.width}`],
        ['FILE', `"${rom.name}.mem"`],
        ['CHECKSUM', `32'h${romChecksum(rom).toString(16).padStart(8, '0')}`],
      ]),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['enable_i', 'enable & values_valid_i'],
        ['address_i', 'table_index'],
        ['data_o', 'probability'],
        ['valid_i', 'valid_q'],
        ['fault_o', 'word_fault'],
      ]),
    },
  ];
}
