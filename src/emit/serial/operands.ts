import type { OperandMemory } from '../../hardware/serial/operand-memory.js';
import type { SerialLayer } from '../../hardware/serial/plan.js';
import { busWidth } from '../../hardware/slots.js';
import type { OperandPages } from '../manifest-buses.js';
import { alignConnections, alignDeclarations, type Declaration, unusedSignal } from '../verilog.js';
import { laneNames } from './lane-names.js';
import type { Site } from './sums.js';

/** What the input bus has at a time: a whole sample, or a word of the operand memory. */
export const inputCodes = ({ operands, x }: SerialLayer): number => operands?.codes ?? x.count;

/** Bits of the page, the word's number in it, and the word. */
const addressBits = ({ pages, addressWidth }: OperandMemory): number => pages + addressWidth - 1;

const PAGES = 'pages';
const memoryInstance = (lane: number): string => `lane${lane}_operands`;

/** Whether a layer's sample lies in registers with a bit between its codes: codes that Yosys would shift otherwise. */
export const isSpaced = ({ operands, x: { width } }: SerialLayer): boolean =>
  operands === undefined && width % 2 === 0 && !Number.isInteger(Math.log2(width));

/** The registers that have the sample which is worked on, for the template: a module of them, or one. */
export function sampleView({ layer, prefix }: Site) {
  if (layer.operands !== undefined) return [];
  const [take, register] = [`${prefix}_take`, `${prefix}_x_q`];
  const { count, width } = layer.x;
  const isApart = isSpaced(layer);
  const signals: Declaration[] = [
    { kind: isApart ? 'wire' : 'reg', width: busWidth(layer.x) + (isApart ? count : 0), name: register },
    { kind: 'wire', width: 1, name: take, value: 'x_valid_i & x_ready_o' },
  ];
  const spaced = {
    parameters: alignConnections([
      ['COUNT', `${count}`],
      ['WIDTH', `${width}`],
    ]),
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['enable_i', take],
      ['words_i', 'x_i'],
      ['words_o', register],
    ]),
  };
  return [{ signals: alignDeclarations(signals, ';', ';'), ...(isApart ? { spaced } : { take, register }) }];
}

/** What keeps account of the pages of operands, for the template. */
export function pagesView({ layer: { operands }, prefix }: Site) {
  if (operands === undefined) return [];
  const { from, isMarked, pages, words, addressWidth } = operands;
  const last = `${prefix}_last_word`;
  const unmarked = `${prefix}_unmarked`;
  const unread = [from === 'beats' ? last : `${prefix}_error`, ...(isMarked ? [] : [unmarked])];
  const signals: Declaration[] = [
    { kind: 'wire', width: 1, name: last },
    ...(from === 'beats' ? [] : [{ kind: 'wire', width: 1, name: `${prefix}_error` } as const]),
    { kind: 'wire', width: 1, name: `${prefix}_write` },
    { kind: 'wire', width: addressBits(operands), name: `${prefix}_address` },
    { kind: 'wire', width: 1, name: `${prefix}_sample` },
    { kind: 'wire', width: 1, name: `${prefix}_release` },
    { kind: 'wire', width: 1, name: `${prefix}_page` },
    ...(isMarked ? [] : [{ kind: 'wire', width: 1, name: unmarked } as const]),
    unusedSignal(`${prefix}_unused`, unread),
  ];
  return [
    {
      title:
        pages === 1
          ? 'The sample being worked on, in a memory.'
          : 'The sample being worked on and the one that comes in, each in a page of a memory.',
      signals: alignDeclarations(signals, ';', ';'),
      instance: PAGES,
      parameters: alignConnections([
        ['PAGES', `${pages}`],
        ['WORDS', `${words}`],
        ['ADDRESS_WIDTH', `${addressWidth}`],
        ...(isMarked ? [['MARKS', '1'] as const] : []),
      ]),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['x_valid_i', 'x_valid_i'],
        ['x_ready_o', 'x_ready_o'],
        // Between layers nothing is marked: the words are counted.
        ['x_last_i', from === 'beats' ? 'x_last_i' : last],
        ['x_at_last_o', last],
        ['x_error_o', from === 'beats' ? 'x_error_o' : `${prefix}_error`],
        ['mark_valid_i', isMarked ? 'mark_valid_i' : `1'b0`],
        ['mark_ready_o', isMarked ? 'mark_ready_o' : unmarked],
        ['mark_spoilt_i', isMarked ? 'mark_spoilt_i' : `1'b0`],
        ['write_o', `${prefix}_write`],
        ['address_o', `${prefix}_address`],
        ['sample_o', `${prefix}_sample`],
        ['release_i', `${prefix}_release`],
        ['page_o', `${prefix}_page`],
      ]),
    },
  ];
}

/** What gives a lane its operands, by the number that the lane's word has, for the template. */
export function operandView({ layer, prefix }: Site, lane: number) {
  const { operands, x, indexWidth, selectStages } = layer;
  const names = laneNames(prefix, lane);
  const isMemory = operands !== undefined;
  return {
    module: isMemory ? 'espalier_operands' : 'espalier_select',
    instance: isMemory ? memoryInstance(lane) : `lane${lane}_select`,
    parameters: alignConnections(
      isMemory
        ? [
            ['PAGES', `${operands.pages}`],
            ['ADDRESS_WIDTH', `${operands.addressWidth}`],
            ['CODES', `${operands.codes}`],
            ['CODE_BITS', `${Math.max(1, operands.codeBits)}`],
            ['WIDTH', `${x.width}`],
            ['INDEX_WIDTH', `${indexWidth}`],
            ['STAGES', `${selectStages}`],
          ]
        : [
            ['COUNT', `${x.count}`],
            ['WIDTH', `${x.width}`],
            ['INDEX_WIDTH', `${indexWidth}`],
            ['STAGES', `${selectStages}`],
            ['GROUP_BITS', `${Math.max(1, Math.floor(indexWidth / 2))}`],
            ...(isSpaced(layer) ? [['STRIDE', `${x.width + 1}`] as const] : []),
          ],
    ),
    ports: alignConnections(
      isMemory
        ? [
            ['aclk', 'aclk'],
            ['write_i', `${prefix}_write`],
            ['address_i', `${prefix}_address`],
            ['word_i', 'x_i'],
            ['enable_i', `${prefix}_enable`],
            ['page_i', `${prefix}_page`],
            ['index_i', names.index],
            ['code_o', names.operand],
          ]
        : [
            ['aclk', 'aclk'],
            ['enable_i', `${prefix}_enable`],
            ['words_i', `${prefix}_x_q`],
            ['index_i', names.index],
            ['word_o', names.operand],
          ],
    ),
  };
}

/**
 * The layer's operand memory for the manifest.
 *
 * @param fields of the input's slots, wherever they lie
 */
export function operandPages(
  { name, lanes, x, operands }: SerialLayer,
  fields: OperandPages['fields'],
  instance: readonly string[],
): OperandPages[] {
  if (operands === undefined) return [];
  const { pages, words, addressWidth, codes, places } = operands;
  const width = codes * x.width;
  return [
    {
      layer: name,
      path: [...instance, PAGES],
      full: 'full',
      release: 'release_i',
      pages,
      memories: lanes.map((_, lane) => [...instance, memoryInstance(lane), 'words']),
      ...{ width, words, stride: 2 ** addressWidth },
      fields: fields.map((field, slot) => ({
        ...field,
        lsb: places[slot].word * width + places[slot].code * x.width,
      })),
    },
  ];
}
