import { type Edit, edits, replace } from './edit.js';

const FILE = 'held_sum.v';
const PUT = 'if (put) operands[{in_page_q, in_q}] <= rest_q[5:0];';
const GET = 'if (get) operand_q <= operands[{out_page_q, out_q}];';
const PUSH = 'if (push) sums[tail_q] <= sum;';
const HEAD = 'assign y_o       = sums[head_q];';

/** A change within one of these places. */
const within = (place: string, from: string, to: string) => replace(place, place.replace(from, to));

const UNKNOWN = /^sum unit 0: it may hang on an unknown value or on another sample$/m;
const DIFFERS = /^sum unit 0: differs$/m;

/** What can be wrong with a memory that is written: when, where, what, and in what order it is read. */
export const MEMORY_EDITS: readonly Edit[] = [
  ...edits('memory', UNKNOWN, [
    ['a write enable that is stuck at 0', FILE, within(PUT, '(put)', "(1'b0 & put)")],
    ['a write enable that is stuck at 1', FILE, within(PUT, '(put)', "(put | 1'b1)")],
    ['a write enable of data', FILE, within(PUT, '(put)', '(put & rest_q[0])')],
    ['a word that is never written', FILE, within(PUT, '(put)', "(put & (in_q != 2'd1))")],
    ['a write to the page that is read', FILE, within(PUT, 'in_page_q', '~in_page_q')],
    ['a read of the page that is written', FILE, within(GET, 'out_page_q', '~out_page_q')],
    ['a write beyond the last word', FILE, replace('operands [0:7]', 'operands [0:6]')],
    [
      'a queue that goes on beyond its last word',
      FILE,
      replace("(tail_q == 2'd2) ? 2'd0", "(tail_q == 2'd3) ? 2'd0"),
    ],
    ['a queue that is read where it is written', FILE, within(HEAD, 'head_q', 'tail_q')],
    ['a read enable that is stuck at 0', FILE, within(GET, '(get)', "(get & 1'b0)")],
  ]),
  ...edits('memory', DIFFERS, [
    ['a write address one too high', FILE, within(PUT, ', in_q}', ", in_q + 2'd1}")],
    ['a read address one too low', FILE, within(GET, ', out_q}', ", out_q - 2'd1}")],
    ['a read before the last word is written', FILE, replace("put & (in_q == 2'd3)", "put & (in_q == 2'd2)")],
    ['a queue that takes a sum too early', FILE, replace('push      = last_q', 'push      = get_last')],
    ['words that are read in another order', FILE, within(GET, 'out_q}', 'out_q[0], out_q[1]}')],
    [
      'a queue that is written always, at its head',
      FILE,
      within(PUSH, 'if (push) sums[tail_q]', 'sums[head_q]'),
    ],
  ]),
  ...edits('memory', /^sum unit 0: it hangs on another sample too$/m, [
    [
      'one page for both',
      FILE,
      (text) => within(GET, 'out_page_q', "1'b0")(within(PUT, 'in_page_q', "1'b0")(text)),
    ],
  ]),
  ...edits('memory', /^sum: a sample is lost or comes out twice/m, [
    [
      'a page that counts as empty while it is read',
      FILE,
      replace('out_page_q ? out_full_q', "out_page_q ? 1'b0"),
    ],
  ]),
  ...edits('memory', /^sum: the output is withdrawn while it waits$/m, [
    ['a queue without limit', FILE, replace("count_q < 2'd2", "1'b1")],
  ]),
  ...edits(
    'memory',
    /^sum unit 0: it may hang on .*; where sum_layer.operands is read or written is no concrete address$/m,
    [
      ['a write address of data', FILE, within(PUT, 'in_q}', 'rest_q[1:0]}')],
      ['a write address of other data', FILE, within(PUT, 'in_page_q', 'operand_q[0]')],
      ['a read address of data', FILE, within(GET, 'out_q}', "out_q ^ {1'b0, operand_q[0]}}")],
    ],
  ),
  ...edits('memory', 'netlist/unknown-cell', [
    ['a second write', FILE, replace(PUT, `${PUT}\n    if (take) operands[3'd0] <= x_i[5:0];`)],
  ]),
  ...edits('memory', 'netlist/verilog', [
    ['a write to part of a word', FILE, within(PUT, '<= rest_q[5:0]', '[5:0] <= rest_q[5:0]')],
    [
      'a word that is set at power-up',
      FILE,
      replace('  reg  [5:0] operands [0:7];', "  reg  [5:0] operands [0:7];\n  initial operands[0] = 6'd0;"),
    ],
  ]),
];
