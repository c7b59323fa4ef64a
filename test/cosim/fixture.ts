import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/core/hash.js';
import type { Manifest } from '../../src/emit/manifest.js';
import type { Field } from '../../src/emit/manifest-buses.js';
import { networkToJson } from '../../src/network/json.js';
import type { DenseNetwork } from '../../src/network/types.js';
import { writeFolder } from '../support/write-folder.js';

/** One cache for all tests: builds are shared between them, and between runs. */
export const CACHE = path.join('build', '.cache', 'test-cosim');

export const newFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'espalier-test-'));

const format = { signed: true, width: 8, integer: 4 };

/** y = 3 a − 2 b + 5, in codes. */
export const TINY: DenseNetwork = {
  name: 'tiny',
  input: { formats: [format, format], names: [] },
  layers: [
    {
      kind: 'dense',
      name: 'sum',
      kernel: { formats: [{ signed: true, width: 4, integer: 4 }], codes: [[3], [-2]] },
      bias: { formats: [format], codes: [5] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
};

const TOP = `module tiny (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [15:0] s_axis_tdata,
  input  wire        s_axis_tvalid,
  output wire        s_axis_tready,
  input  wire        s_axis_tlast,
  output wire [15:0] m_axis_tdata,
  output wire        m_axis_tvalid,
  input  wire        m_axis_tready,
  output wire        m_axis_tlast,
  output wire        frame_error
);
  wire [10:0] y;
  reg         drop_q;
  wire        right = s_axis_tlast & ~drop_q;
  wire        take  = s_axis_tvalid & s_axis_tready;
  assign frame_error  = take & ~s_axis_tlast & ~drop_q;
  assign m_axis_tlast = 1'b1;
  always @(posedge aclk) begin
    if (!aresetn) drop_q <= 1'b0;
    else if (take) drop_q <= ~s_axis_tlast;
  end
  tiny_sum u_sum (
    .aclk(aclk), .aresetn(aresetn),
    .data_i(s_axis_tdata), .valid_i(s_axis_tvalid & right), .ready_o(s_axis_tready),
    .data_o(y), .valid_o(m_axis_tvalid), .ready_i(m_axis_tready)
  );
  assign m_axis_tdata = {5'b00000, y};
endmodule
`;

const SUM = `module tiny_sum (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [15:0] data_i,
  input  wire        valid_i,
  output wire        ready_o,
  output wire [10:0] data_o,
  output wire        valid_o,
  input  wire        ready_i
);
  reg [3:0]          words [0:2];
  reg signed [10:0]  y_q;
  reg                valid_q;
  wire signed [10:0] a = { {3{data_i[7]}}, data_i[7:0] };
  wire signed [10:0] b = { {3{data_i[15]}}, data_i[15:8] };
  initial $readmemh("tiny.mem", words);
  assign ready_o = ready_i | ~valid_q;
  assign valid_o = valid_q;
  assign data_o  = y_q;
  always @(posedge aclk) begin
    if (!aresetn) valid_q <= 1'b0;
    else if (ready_o) valid_q <= valid_i;
    if (ready_o & valid_i) y_q <= a * $signed({7'd0, words[0]}) - b * $signed({7'd0, words[1]}) + $signed({7'd0, words[2]});
  end
endmodule
`;

/**
 * A hand-written design of one register stage: small enough to be broken in every way that tests need.
 *
 * @param edits pairs of what stands in `tiny_sum.v` and what is put in its place
 * @returns the folder
 */
export function tinyDesign(
  edits: readonly (readonly [string, string])[] = [],
  facts: Partial<Manifest> = {},
) {
  const sum = edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`tiny_sum.v has no ${from}`);
    return text.replace(from, to);
  }, SUM);
  const rom = '3\n2\n5\n';
  const network = networkToJson(TINY);
  const field = (kind: Field['kind'], unit: number, lsb: number, width: number, text: string): Field => {
    return { kind, unit, lsb, width, signed: true, format: text };
  };
  const outputs = [field('value', 0, 0, 11, 'fixed<11,7>')];
  const manifest: Manifest = {
    schema: 'espalier/manifest',
    version: 2,
    name: 'tiny',
    top: 'tiny',
    architecture: 'hand-written',
    generator: { version: '0', command: 'test' },
    network: { file: 'network.json', sha256: sha256(network) },
    sources: [
      { file: 'rtl/tiny_sum.v', sha256: sha256(SUM) },
      { file: 'rtl/tiny.v', sha256: sha256(TOP) },
    ],
    roms: [
      {
        file: 'rtl/tiny.mem',
        sha256: sha256(rom),
        layer: 'sum',
        purpose: 'weights and bias',
        width: 4,
        depth: 3,
      },
    ],
    stream: {
      input: {
        width: 16,
        beats: 1,
        fields: [field('input', 0, 0, 8, 'fixed<8,4>'), field('input', 1, 8, 8, 'fixed<8,4>')],
      },
      output: { width: 16, beats: 1, fields: outputs },
    },
    timing: {
      interval: 1,
      latency: 1,
      layers: [
        { layer: 'sum', interval: 1, latency: 1, denseInterval: 1, lanes: 2, terms: 2, denseTerms: 2 },
      ],
    },
    traces: [
      {
        layer: 'sum',
        path: ['u_sum'],
        module: 'tiny_sum',
        signal: 'y_q',
        valid: 'valid_o',
        ready: 'ready_i',
        width: 11,
        fields: outputs,
      },
    ],
    folded: [{ layer: 'sum', constants: [], unread: [] }],
    unreadInputs: [],
    warnings: [],
    ...facts,
  };
  const folder = path.join(newFolder(), 'tiny');
  writeFolder(
    folder,
    new Map([
      ['rtl/tiny.v', TOP],
      ['rtl/tiny_sum.v', sum],
      ['rtl/tiny.mem', rom],
      ['network.json', network],
      ['manifest.json', `${JSON.stringify(manifest, null, 2)}\n`],
    ]),
  );
  return folder;
}
