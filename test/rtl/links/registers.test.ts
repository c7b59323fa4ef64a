import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { packInput, packOutput } from '../../../src/emit/bus.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { Manifest } from '../../../src/emit/manifest.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import { referenceModel } from '../../../src/network/reference.js';
import { addressWidth } from '../../../src/targets/registers.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

const LINKS = path.resolve('rtl', 'links');
const SAMPLES = 100;
const RESULTS = Number(process.env.RESULTS ?? 400);

const home = mkdtempSync(path.join(tmpdir(), 'espalier-registers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const bits = (count: number) => Math.max(1, Math.ceil(Math.log2(count)));
const classField = ({ stream }: Manifest) => stream.output.fields.find(({ kind }) => kind === 'class');

type Bus = 'axi_lite' | 'avalon_mm';
/** Ports of the buses: direction and width. */
const PORTS: Readonly<Record<Bus, readonly (readonly [name: string, direction: string, width: string])[]>> = {
  axi_lite: [
    ['s_axi_awaddr', 'input', '[WIDTH-1:0]'],
    ['s_axi_awprot', 'input', '[2:0]'],
    ['s_axi_awvalid', 'input', ''],
    ['s_axi_awready', 'output', ''],
    ['s_axi_wdata', 'input', '[31:0]'],
    ['s_axi_wstrb', 'input', '[3:0]'],
    ['s_axi_wvalid', 'input', ''],
    ['s_axi_wready', 'output', ''],
    ['s_axi_bresp', 'output', '[1:0]'],
    ['s_axi_bvalid', 'output', ''],
    ['s_axi_bready', 'input', ''],
    ['s_axi_araddr', 'input', '[WIDTH-1:0]'],
    ['s_axi_arprot', 'input', '[2:0]'],
    ['s_axi_arvalid', 'input', ''],
    ['s_axi_arready', 'output', ''],
    ['s_axi_rdata', 'output', '[31:0]'],
    ['s_axi_rresp', 'output', '[1:0]'],
    ['s_axi_rvalid', 'output', ''],
    ['s_axi_rready', 'input', ''],
  ],
  avalon_mm: [
    ['avs_address', 'input', '[WIDTH-1:0]'],
    ['avs_read', 'input', ''],
    ['avs_write', 'input', ''],
    ['avs_writedata', 'input', '[31:0]'],
    ['avs_byteenable', 'input', '[3:0]'],
    ['avs_waitrequest', 'output', ''],
    ['avs_readdata', 'output', '[31:0]'],
    ['avs_readdatavalid', 'output', ''],
    ['avs_writeresponsevalid', 'output', ''],
    ['avs_response', 'output', '[1:0]'],
  ],
};

function topText({ top, stream, network }: Manifest, bus: Bus): string {
  const { input, output } = stream;
  const field = classField({ stream } as Manifest);
  const width = addressWidth(input.beats, output.beats);
  const ports = PORTS[bus];
  return `module link_top #(parameter WIDTH = ${width}) (
  input wire aclk, input wire aresetn, output wire interrupt_o,
  ${ports.map(([name, direction, range]) => `${direction} wire ${range} ${name}`).join(',\n  ')}
);
  wire write, write_ok, read, read_ok, core_aresetn;
  wire [WIDTH-1:0] write_address, read_address;
  wire [31:0] write_data, read_data;
  wire [3:0] write_strobe;
  wire [${input.width - 1}:0] in_data;
  wire [${output.width - 1}:0] out_data;
  wire in_valid, in_ready, in_last, out_valid, out_ready, out_last, frame_error;
  espalier_${bus} #(.ADDRESS_WIDTH(WIDTH)) bus (
    .aclk(aclk), .aresetn(aresetn),
    ${ports.map(([name]) => `.${name}(${name})`).join(', ')},
    .write_o(write), .write_address_o(write_address), .write_data_o(write_data), .write_strobe_o(write_strobe),
    .write_ok_i(write_ok), .read_o(read), .read_address_o(read_address), .read_data_i(read_data), .read_ok_i(read_ok)
  );
  espalier_registers #(
    .HASH(128'h${network.sha256.slice(0, 32)}), .ADDRESS_WIDTH(WIDTH),
    .IN_WIDTH(${input.width}), .IN_BEATS(${input.beats}), .IN_COUNT_WIDTH(${bits(input.beats)}),
    .OUT_WIDTH(${output.width}), .OUT_BEATS(${output.beats}), .OUT_COUNT_WIDTH(${bits(output.beats)}),
    .CLASS_BEAT(${field === undefined ? 0 : Math.floor(field.lsb / output.width)}),
    .CLASS_LSB(${field === undefined ? 0 : field.lsb % output.width}), .CLASS_WIDTH(${field?.width ?? 0})
  ) registers (
    .aclk(aclk), .aresetn(aresetn),
    .write_i(write), .write_address_i(write_address), .write_data_i(write_data), .write_strobe_i(write_strobe),
    .write_ok_o(write_ok), .read_i(read), .read_address_i(read_address), .read_data_o(read_data), .read_ok_o(read_ok),
    .interrupt_o(interrupt_o), .core_aresetn_o(core_aresetn),
    .m_axis_tdata(in_data), .m_axis_tvalid(in_valid), .m_axis_tready(in_ready), .m_axis_tlast(in_last),
    .s_axis_tdata(out_data), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready), .s_axis_tlast(out_last),
    .frame_error_i(frame_error)
  );
  ${top} core (
    .aclk(aclk), .aresetn(core_aresetn),
    .s_axis_tdata(in_data), .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tlast(in_last),
    .m_axis_tdata(out_data), .m_axis_tvalid(out_valid), .m_axis_tready(out_ready), .m_axis_tlast(out_last),
    .frame_error(frame_error)
  );
endmodule
`;
}

/** A network behind a bus, with samples and what the reference model says of them; what the bench prints of a run. */
function runBench(seed: number, bus: Bus, width: 8 | 16 | 32, architecture: 'serial' | 'parallel'): string {
  const folder = path.join(home, `${bus}-${seed}`);
  const random = new Random(seed, 'register map');
  const network = randomNetwork(random);
  const files = emitDesign(network, { architecture, stream: { width } }, { version: '0', command: 'test' });
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
    // Images are looked for where the simulator runs.
    if (name.endsWith('.mem')) writeFileSync(path.join(folder, path.basename(name)), text);
  }
  const manifest = parseManifest(files.get('manifest.json') as string);
  writeFileSync(path.join(folder, 'link_top.v'), topText(manifest, bus));
  const { input, output } = manifest.stream;
  const sizes = [input, output].map((port) => (port.beats * port.width) / 8);
  const [vectors, expected] = sizes.map((size) => new Uint8Array(SAMPLES * size));
  const classes = new Uint8Array(SAMPLES);
  const reference = referenceModel(network);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const codes = randomInput(random, network);
    const outcome = reference(codes);
    packInput(input, codes, vectors, sample * sizes[0]);
    packOutput(output, outcome, expected, sample * sizes[1]);
    classes[sample] = outcome.class ?? 0;
  }
  writeFileSync(path.join(folder, 'vectors'), vectors);
  writeFileSync(path.join(folder, 'expected'), expected);
  writeFileSync(path.join(folder, 'classes'), classes);
  const links = [`espalier_${bus}.v`, 'espalier_registers.v'].map((file) => path.join(LINKS, file));
  const options = [
    '-Wall',
    '--cc',
    '--exe',
    '--build',
    '-O3',
    '--top-module',
    'link_top',
    '-Wno-DECLFILENAME',
  ];
  const flags = ['-CFLAGS', `-O2 ${bus === 'avalon_mm' ? '-DAVALON' : ''}`];
  const bench = path.resolve('test', 'rtl', 'links', 'register-bench.cpp');
  const sources = manifest.sources.map(({ file }) => file);
  execFileSync('verilator', [...options, ...flags, bench, 'link_top.v', ...links, ...sources], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, OBJCACHE: 'ccache' },
  });
  const numbers = [
    RESULTS,
    input.beats,
    input.width / 8,
    output.beats,
    output.width / 8,
    addressWidth(input.beats, output.beats),
    manifest.timing.latency,
  ].map(String);
  const words = [
    'vectors',
    'expected',
    'classes',
    ...numbers,
    manifest.network.sha256.slice(0, 32),
    String(seed),
  ];
  try {
    return execFileSync(path.join(folder, 'obj_dir', 'Vlink_top'), words, { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe.each(['axi_lite', 'avalon_mm'] as const)('a design as registers on %s', (bus) => {
  it.each([
    [1, 8, 'serial'],
    [2, 16, 'parallel'],
    [3, 32, 'serial'],
  ] as const)(
    'network %i, beats of %i bits, %s: answers right, refuses what must not be done, counts it',
    (seed, width, architecture) => {
      const said = runBench(seed, bus, width, architecture);
      const numbers = /^results (\d+) refused (\d+) wrong (\d+) resets (\d+)\n$/.exec(said);
      expect(said).toMatch(/^results/);
      const [results, ...others] = (numbers as RegExpExecArray).slice(1).map(Number);
      expect(results).toBe(RESULTS);
      // All that must not be done was done.
      for (const count of others) expect(count).toBeGreaterThan(0);
    },
  );
});
