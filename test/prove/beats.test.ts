import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Field } from '../../src/emit/manifest-buses.js';
import { readNetlist } from '../../src/netlist/read.js';
import type { Netlist } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import type { NamedCut } from '../../src/prove/cuts.js';
import { proveSegment } from '../../src/prove/prove-segment.js';
import { segmentBetween } from '../../src/prove/segments.js';
import { specOf } from '../../src/prove/spec.js';
import { writeHandDesign } from '../support/hand-designs.js';
import { segmentComplaints } from './designs.js';
import { heldNetwork } from './memory-design.js';

/**
 * The sum of four codes, each a beat: they go into one of two pages as they come, and a sample of another length leaves no
 * trace. The sum goes on in two beats of five bits, and comes out in two of eight.
 */
const TOP = `module top (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire [7:0] s_axis_tdata,
  input  wire       s_axis_tvalid,
  output wire       s_axis_tready,
  input  wire       s_axis_tlast,
  output wire [7:0] m_axis_tdata,
  output wire       m_axis_tvalid,
  input  wire       m_axis_tready,
  output wire       m_axis_tlast,
  output wire       frame_error
);

  reg [5:0] operands [0:7];
  reg [1:0] full_q;
  reg       in_page_q;
  reg [1:0] in_q;
  reg       drop_q;

  wire at_last = in_q == 2'd3;
  wire right   = s_axis_tlast == at_last;
  wire take    = s_axis_tvalid & s_axis_tready;
  wire put     = take & ~drop_q;
  wire filled  = put & at_last & right;

  assign s_axis_tready = ~full_q[in_page_q];
  assign frame_error   = put & ~right;

  always @(posedge aclk) begin
    if (!aresetn) begin
      in_page_q <= 1'b0;
      in_q      <= 2'd0;
      drop_q    <= 1'b0;
    end else if (take) begin
      in_page_q <= in_page_q ^ filled;
      in_q      <= (drop_q | at_last | s_axis_tlast) ? 2'd0 : in_q + 1'b1;
      drop_q    <= ~s_axis_tlast & (drop_q | at_last);
    end
  end

  always @(posedge aclk) begin
    if (put) operands[{in_page_q, in_q}] <= s_axis_tdata[5:0];
  end

  reg              out_page_q;
  reg        [1:0] out_q;
  reg              give_q;
  reg              high_q;
  reg signed [9:0] sum_q;
  wire       [4:0] sum_y;
  wire             sum_valid;
  wire             sum_ready;

  wire get      = full_q[out_page_q] & ~give_q;
  wire get_last = get & (out_q == 2'd3);
  wire gives    = sum_valid & sum_ready;

  wire signed [5:0] operand = operands[{out_page_q, out_q}];
  wire signed [3:0] weight  = (out_q == 2'd0) ? 4'sd3 : (out_q == 2'd1) ? -4'sd5 : (out_q == 2'd2) ? 4'sd7 : 4'sd1;
  wire signed [9:0] base    = (out_q == 2'd0) ? 10'sd2 : sum_q;

  assign sum_y     = high_q ? sum_q[9:5] : sum_q[4:0];
  assign sum_valid = give_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      full_q     <= 2'd0;
      out_page_q <= 1'b0;
      out_q      <= 2'd0;
      give_q     <= 1'b0;
      high_q     <= 1'b0;
    end else begin
      full_q[0]  <= (full_q[0] | (filled & ~in_page_q)) & ~(get_last & ~out_page_q);
      full_q[1]  <= (full_q[1] | (filled & in_page_q)) & ~(get_last & out_page_q);
      out_page_q <= out_page_q ^ get_last;
      if (get) out_q <= out_q + 1'b1;
      give_q     <= get_last | (give_q & ~(gives & high_q));
      high_q     <= high_q ^ gives;
    end
    if (get) sum_q <= base + operand * weight;
  end

  reg [4:0] low_q;
  reg       has_low_q;
  reg [9:0] word_q;
  reg       has_word_q;
  reg       beat_q;

  wire take_sum = sum_valid & sum_ready;
  wire send     = m_axis_tvalid & m_axis_tready;

  assign sum_ready     = ~has_low_q | ~has_word_q;
  assign m_axis_tdata  = beat_q ? {6'd0, word_q[9:8]} : word_q[7:0];
  assign m_axis_tvalid = has_word_q;
  assign m_axis_tlast  = beat_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      has_low_q  <= 1'b0;
      has_word_q <= 1'b0;
      beat_q     <= 1'b0;
    end else begin
      has_low_q  <= has_low_q ^ take_sum;
      has_word_q <= (take_sum & has_low_q) | (has_word_q & ~(send & beat_q));
      beat_q     <= beat_q ^ send;
    end
    if (take_sum & ~has_low_q) low_q <= sum_y;
    if (take_sum & has_low_q) word_q <= {sum_y, low_q};
  end

endmodule
`;

const spec = specOf(heldNetwork);

const field = (kind: Field['kind'], unit: number, lsb: number, width: number): Field => ({
  kind,
  unit,
  lsb,
  width,
  signed: true,
  format: `fixed<${width},${width}>`,
});

/** From the input to the sum, and from the sum to the output. */
function segmentsOf(netlist: Netlist) {
  const bus = (name: string) => netlist.signals.get(name) ?? [];
  const cut = (prefix: string, [data, valid, ready]: readonly string[]) => ({
    data: bus(prefix + data),
    valid: bus(prefix + valid)[0],
    ready: bus(prefix + ready)[0],
  });
  const axis = ['tdata', 'tvalid', 'tready'];
  const input: NamedCut = {
    name: 'input',
    layer: -1,
    ...cut('s_axis_', axis),
    beats: 4,
    last: bus('s_axis_tlast')[0],
    error: bus('frame_error')[0],
    fields: [0, 1, 2, 3].map((unit) => field('input', unit, 8 * unit, 6)),
  };
  const sum: NamedCut = {
    name: 'sum',
    layer: 0,
    ...cut('sum_', ['y', 'valid', 'ready']),
    beats: 2,
    fields: [field('value', 0, 0, 10)],
  };
  const output: NamedCut = {
    name: 'output',
    layer: 1,
    ...cut('m_axis_', axis),
    beats: 2,
    last: bus('m_axis_tlast')[0],
    fields: [field('value', 0, 0, 10)],
  };
  return [segmentBetween(input, sum, netlist, spec), segmentBetween(sum, output, netlist, spec)];
}

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-beats-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function complaintsOf(text: string): Promise<string> {
  const design = writeHandDesign(mkdtempSync(`${folder}${path.sep}`), 'top', { 'rtl/top.v': text });
  const netlist = await readNetlist(design, await findYosys('native'), { timeoutSeconds: 60 });
  const watch = { tell: () => {}, isOver: () => false };
  const proofs = segmentsOf(netlist).map((piece) => proveSegment(netlist, spec, piece, watch));
  return segmentComplaints(proofs).join('\n');
}

describe('samples of several beats', () => {
  it('are proved, between layers too', async () => {
    expect(await complaintsOf(TOP)).toBe('');
  });

  const NOT_TOLD = /^sum: a sample of another length is not told once, when that is known$/;
  const MARK = /^output: beat \d of 2 is not marked as the last one when it is, or is when it is not$/;
  const UNKNOWN = /unit 0: it may hang on an unknown value or on another sample$/;
  const LOST = /^(sum|output): a sample is lost or comes out twice/;
  const STANDSTILL = /: the design can come to a standstill$/;

  it.each<[string, string, string, RegExp]>([
    ['a short sample that counts', 'put & at_last & right', 'put & (at_last | s_axis_tlast)', LOST],
    ['a long sample that counts', 'put & at_last & right', 'put & at_last', LOST],
    ['the rest of a long sample that counts', 'take & ~drop_q;', "take & (~drop_q | 1'b1);", NOT_TOLD],
    [
      'a long sample that is dropped as long as a sample is',
      'drop_q    <= ~s_axis_tlast & (drop_q | at_last)',
      'drop_q    <= ~s_axis_tlast & at_last',
      NOT_TOLD,
    ],
    [
      'a short sample whose beats stay',
      '(drop_q | at_last | s_axis_tlast) ? 2',
      '(drop_q | at_last) ? 2',
      NOT_TOLD,
    ],
    ['a sample that is dropped for ever', '~s_axis_tlast & (drop_q', '(drop_q', NOT_TOLD],
    ['an error that is told with each beat dropped', 'put & ~right', 'take & (drop_q | ~right)', NOT_TOLD],
    [
      'an error that is told while nothing is taken',
      'put & ~right',
      's_axis_tvalid & ~drop_q & ~right',
      NOT_TOLD,
    ],
    [
      'an error that is told of long samples alone',
      'put & ~right',
      'put & ~s_axis_tlast & at_last',
      NOT_TOLD,
    ],
    ['an error that is never told', 'put & ~right', "1'b0 & put", NOT_TOLD],
    [
      'a page that turns with a dropped sample',
      'in_page_q ^ filled',
      'in_page_q ^ (put & s_axis_tlast)',
      STANDSTILL,
    ],
    ['two beats exchanged', '{in_page_q, in_q}', '{in_page_q, in_q[0], in_q[1]}', /^sum unit 0: differs$/],
    ['a beat that is written twice', '{in_page_q, in_q}', "{in_page_q, in_q & 2'd2}", UNKNOWN],
    ['a beat of the page that is read', 'operands[{out_page_q', 'operands[{~out_page_q', UNKNOWN],
    ['a sample that is taken into a full page', '~full_q[in_page_q]', "~full_q[in_page_q] | 1'b1", LOST],
    ['a beat that is never taken', '~full_q[in_page_q]', "~full_q[in_page_q] & (in_q != 2'd2)", STANDSTILL],
    ['a dropped beat that is never taken', '~full_q[in_page_q]', '~full_q[in_page_q] & ~drop_q', STANDSTILL],
    [
      'a sum that is never given',
      'assign sum_valid = give_q',
      'assign sum_valid = give_q & full_q[out_page_q]',
      STANDSTILL,
    ],
    [
      'the upper half first, between layers',
      'high_q ? sum_q[9:5] : sum_q[4:0]',
      'high_q ? sum_q[4:0] : sum_q[9:5]',
      /^sum unit 0: differs$/,
    ],
    ['one half twice, between layers', 'high_q     <= high_q ^ gives', 'high_q     <= high_q & gives', LOST],
    [
      'a half taken twice',
      'take_sum & has_low_q) word_q <= {sum_y, low_q}',
      'take_sum & has_low_q) word_q <= {low_q, low_q}',
      /^output unit 0: differs$/,
    ],
    ['a mark that is stuck at 0', 'm_axis_tlast  = beat_q', "m_axis_tlast  = 1'b0", MARK],
    ['a mark that is stuck at 1', 'm_axis_tlast  = beat_q', "m_axis_tlast  = 1'b1", MARK],
    ['a mark on the first beat', 'm_axis_tlast  = beat_q', 'm_axis_tlast  = ~beat_q', MARK],
    ['a mark that waits for ready', 'm_axis_tlast  = beat_q', 'm_axis_tlast  = beat_q & m_axis_tready', MARK],
    [
      'the upper beat first',
      'm_axis_tdata  = beat_q',
      'm_axis_tdata  = ~beat_q',
      /^output unit 0: differs\noutput padding: /,
    ],
    [
      'a beat that moves while it waits',
      'beat_q     <= beat_q ^ send',
      'beat_q     <= beat_q ^ m_axis_tvalid',
      MARK,
    ],
    [
      'a word that changes between its beats',
      'sum_ready     = ~has_low_q | ~has_word_q',
      'sum_ready     = ~has_low_q | ~has_word_q | has_low_q',
      LOST,
    ],
    [
      'padding that tells something',
      "{6'd0, word_q[9:8]}",
      "{5'd0, word_q[0], word_q[9:8]}",
      /^output padding: it is not always zero$/,
    ],
    ['a place in the sample that is not reset', "      in_q      <= 2'd0;\n", '', NOT_TOLD],
    ['dropping that is not reset', "      drop_q    <= 1'b0;\n", '', NOT_TOLD],
    ['a place in the output that is not reset', "      beat_q     <= 1'b0;\n", '', MARK],
  ])('are not proved with %s', async (_, from, to, complaint) => {
    expect(TOP).toContain(from);
    expect(await complaintsOf(TOP.replace(from, () => to))).toMatch(complaint);
  });

  it('are proved where they are taken only once valid is seen, or given with a gap', async () => {
    const waits = TOP.replace('~full_q[in_page_q];', '~full_q[in_page_q] & s_axis_tvalid;');
    expect(await complaintsOf(waits)).toBe('');
  });
});
