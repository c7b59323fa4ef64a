import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Field } from '../../src/emit/manifest-buses.js';
import { readNetlist } from '../../src/netlist/read.js';
import type { Netlist } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import type { Conv2dLayer } from '../../src/network/layers/conv2d.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import type { NamedCut } from '../../src/prove/cuts.js';
import { proveSegment } from '../../src/prove/prove-segment.js';
import { segmentBetween } from '../../src/prove/segments.js';
import { specOf } from '../../src/prove/spec.js';
import { writeHandDesign } from '../support/hand-designs.js';
import { segmentComplaints } from './designs.js';

const CODE = { signed: false, width: 4, integer: 4 };
const WEIGHT = { signed: true, width: 4, integer: 4 };
const KERNELS = [
  [1, -2, 3, 0, 4, -1, 2, 0, -3],
  [-1, 0, 0, 2, 1, 0, -3, 1, 5],
];
const BIASES = [5, -2];

const CONVOLUTION: Conv2dLayer = {
  kind: 'conv2d',
  name: 'conv',
  kernel: {
    formats: [WEIGHT, WEIGHT],
    codes: [0, 1, 2].map((y) => [0, 1, 2].map((x) => [KERNELS.map((kernel) => kernel[3 * y + x])])),
  },
  bias: { formats: [WEIGHT, WEIGHT], codes: BIASES },
  strides: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  activation: 'relu',
  output: [0, 1].map(() => ({
    format: { signed: false, width: 4, integer: 6 },
    rounding: 'RND',
    overflow: 'SAT',
  })),
};

/** Two channels of 3x3 kernels over a map of one. */
const networkOf = (rows: number, columns: number): QuantizedNetwork => ({
  name: 'mapped',
  input: { formats: Array(rows * columns).fill(CODE), names: [], shape: [rows, columns, 1] },
  layers: [CONVOLUTION],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
});

/** Rows that are over lie in a memory, the cells beside one another in registers; a window is given with its last cell. */
function layerText(rows: number, columns: number): string {
  const sums = KERNELS.map((kernel, channel) => {
    const terms = kernel.flatMap((weight, tap) =>
      weight === 0 ? [] : [`${weight < 0 ? '-' : '+'} 10'sd${Math.abs(weight)} * $signed({6'd0, tap${tap}})`],
    );
    const bias = BIASES[channel];
    return `  wire signed [9:0] sum${channel} = ${bias < 0 ? `-10'sd${-bias}` : `10'sd${bias}`} ${terms.join(' ')};
  wire signed [9:0] half${channel} = (sum${channel} + 10'sd2) >>> 2;
  wire        [3:0] code${channel} = sum${channel}[9] ? 4'd0 : half${channel} > 10'sd15 ? 4'd15 : half${channel}[3:0];`;
  });
  const taps = KERNELS[0].map((_, tap) => {
    const [y, x] = [Math.floor(tap / 3), tap % 3];
    return `  wire [3:0] tap${tap} = cells[${12 * (2 - x) + 4 * (2 - y)} +: 4];`;
  });
  return `module top (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire [3:0] x,
  input  wire       x_valid,
  output wire       x_ready,
  output wire [7:0] y,
  output wire       y_valid,
  input  wire       y_ready
);

  reg [4:0] row_q;
  reg [4:0] column_q;
  reg [7:0] lines [0:${columns - 1}];
  reg [23:0] before_q;
  reg [7:0] y_q;
  reg       y_valid_q;

  wire gives    = (row_q > 5'd1) & (column_q > 5'd1);
  wire step     = x_valid & x_ready;
  wire row_ends = column_q == 5'd${columns - 1};

  assign x_ready = ~gives | ~y_valid_q | y_ready;
  assign y_valid = y_valid_q;
  assign y       = y_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      row_q     <= 5'd0;
      column_q  <= 5'd0;
      y_valid_q <= 1'b0;
    end else begin
      if (step) column_q <= row_ends ? 5'd0 : column_q + 1'b1;
      if (step & row_ends) row_q <= row_q == 5'd${rows - 1} ? 5'd0 : row_q + 1'b1;
      y_valid_q <= (step & gives) | (y_valid_q & ~y_ready);
    end
  end

  wire [11:0] above = {lines[column_q], x};
  wire [35:0] cells = {before_q, above};

  always @(posedge aclk) begin
    if (step) lines[column_q] <= above[7:0];
  end

${taps.join('\n')}
${sums.join('\n')}

  always @(posedge aclk) begin
    if (step) before_q <= cells[23:0];
    if (step & gives) y_q <= {code1, code0};
  end

endmodule
`;
}

function segmentOf(netlist: Netlist, network: QuantizedNetwork, rows: number, columns: number) {
  const port = (name: string) => netlist.inputs.get(name) ?? netlist.outputs.get(name) ?? [];
  const field = (kind: Field['kind'], unit: number, lsb: number): Field => ({
    kind,
    unit,
    lsb,
    width: 4,
    signed: false,
    format: 'ufixed<4,4>',
  });
  const count = (length: number) => Array.from({ length }, (_, at) => at);
  const cut = (name: string) => ({
    data: port(name),
    valid: port(`${name}_valid`)[0],
    ready: port(`${name}_ready`)[0],
  });
  const input: NamedCut = {
    name: 'input',
    layer: -1,
    ...cut('x'),
    beats: rows * columns,
    fields: count(rows * columns).map((unit) => field('input', unit, 4 * unit)),
  };
  const positions = (rows - 2) * (columns - 2);
  const output: NamedCut = {
    name: 'conv',
    layer: 0,
    ...cut('y'),
    beats: positions,
    fields: count(2 * positions).map((unit) => field('value', unit, 4 * unit)),
  };
  return segmentBetween(input, output, netlist, specOf(network));
}

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-maps-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function proofOf(rows: number, columns: number, edit = (text: string) => text) {
  const network = networkOf(rows, columns);
  const text = edit(layerText(rows, columns));
  const design = writeHandDesign(mkdtempSync(`${folder}${path.sep}`), 'top', { 'rtl/top.v': text });
  const netlist = await readNetlist(design, await findYosys('native'), { timeoutSeconds: 60 });
  const watch = { tell: () => {}, isOver: () => false };
  const proof = proveSegment(netlist, specOf(network), segmentOf(netlist, network, rows, columns), watch);
  return segmentComplaints([proof]).slice(0, 10).join('\n');
}

describe('a map, a cell at a time', () => {
  it.each([
    [4, 5],
    [8, 8],
  ])('of %i x %i cells is proved at every position', async (rows, columns) => {
    expect(await proofOf(rows, columns)).toBe('');
  });

  it.each([
    ['a row that ends a cell late', "column_q == 5'd4", "column_q == 5'd5"],
    ['a map that ends a row early', "row_q == 5'd3", "row_q == 5'd2"],
    ['windows that begin a row early', "row_q > 5'd1", "row_q > 5'd0"],
    ['lines that are read beside where they are written', 'lines[column_q] <=', "lines[column_q ^ 5'd1] <="],
    ['lines that are written always', 'if (step) lines', 'if (x_valid) lines'],
    ['a window that loses a cell', 'if (step) before_q', "if (step & (column_q != 5'd1)) before_q"],
  ])('is not proved with %s', async (_, from, to) => {
    const edit = (text: string) => text.replace(from, to);
    expect(edit(layerText(4, 5))).not.toBe(layerText(4, 5));
    expect(await proofOf(4, 5, edit)).not.toBe('');
  });
});
