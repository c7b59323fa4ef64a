import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../src/emit/manifest.js';
import type { Field } from '../../src/emit/manifest-buses.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { twosComplement } from '../../src/emit/rom.js';
import { writeFolder } from './write-folder.js';

/** A design's folder in a temporary place, for the time of a function. */
export function withDesign<T>(files: ReadonlyMap<string, string>, use: (folder: string) => T): T {
  const parent = mkdtempSync(path.join(tmpdir(), 'espalier-'));
  try {
    const folder = path.join(parent, 'design');
    writeFolder(folder, files);
    return use(folder);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

export const manifestOf = (files: ReadonlyMap<string, string>): Manifest =>
  parseManifest(files.get('manifest.json') as string);

export interface Beat {
  /** Cycle of the handshake. */
  readonly cycle: number;
  readonly data: bigint;
}

export interface Run {
  readonly inputs: readonly Beat[];
  readonly outputs: readonly Beat[];
  /** Samples out of each layer; their last handshakes where they leave word by word. */
  readonly layers: readonly (readonly Beat[])[];
}

/**
 * Drives a design with Icarus Verilog.
 *
 * @param stall of 256 cycles, so many without a valid input, and as many without a ready output
 * @param gap cycles without input after every sample
 */
export function runIcarus(
  files: ReadonlyMap<string, string>,
  samples: readonly (readonly number[])[],
  { stall = 0, gap = 0, seed = 1 } = {},
): Run {
  const manifest = manifestOf(files);
  const { input } = manifest.stream;
  return withDesign(files, (folder) => {
    const rtl = path.join(folder, 'rtl');
    const words = samples.map((codes) => packFields(input.fields, codes).toString(16));
    writeFileSync(path.join(rtl, 'vectors.hex'), `${words.join('\n')}\n`);
    writeFileSync(path.join(rtl, 'bench.v'), bench(manifest, samples.length, stall, gap, seed));
    const sources = manifest.sources.map(({ file }) => path.basename(file));
    const compile = [
      '-g2001',
      '-Wall',
      '-Wno-timescale',
      '-s',
      'bench',
      '-o',
      'bench.vvp',
      ...sources,
      'bench.v',
    ];
    execFileSync('iverilog', compile, { cwd: rtl, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = execFileSync('vvp', ['-n', 'bench.vvp'], { cwd: rtl, encoding: 'utf8', maxBuffer: 2 ** 28 });
    rmSync(path.join(rtl, 'bench.vvp'));
    return readRun(text, manifest.traces);
  });
}

export function packFields(fields: readonly Field[], codes: readonly number[]): bigint {
  return fields.reduce(
    (bits, { lsb, width }, at) => bits | (twosComplement(codes[at], width) << BigInt(lsb)),
    0n,
  );
}

export function unpackFields(fields: readonly Field[], bits: bigint): number[] {
  return fields.map(({ lsb, width, signed }) => {
    const code = (bits >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
    return Number(signed ? BigInt.asIntN(width, code) : code);
  });
}

function readRun(text: string, traces: Manifest['traces']): Run {
  const run = {
    inputs: [] as Beat[],
    outputs: [] as Beat[],
    layers: traces.map(() => [] as Beat[]),
  };
  for (const line of text.split('\n')) {
    const match = /^(IN|OUT|L\d+) (\d+) (\w+)$/.exec(line.trim());
    if (match === null) {
      if (line.trim() !== '' && !line.includes('$finish')) throw new Error(`the simulation said: ${line}`);
      continue;
    }
    if (/x|z/i.test(match[3])) throw new Error(`undefined bits: ${line}`);
    const beat = { cycle: Number(match[2]), data: BigInt(`0x${match[3]}`) };
    if (match[1] === 'IN') run.inputs.push(beat);
    else if (match[1] === 'OUT') run.outputs.push(beat);
    else run.layers[Number(match[1].slice(1))].push(beat);
  }
  return { ...run, layers: run.layers.map((beats, layer) => wholeSamples(beats, traces[layer])) };
}

function wholeSamples(words: readonly Beat[], { width, beats = 1 }: Manifest['traces'][number]): Beat[] {
  return Array.from({ length: Math.floor(words.length / beats) }, (_, sample) => {
    const own = words.slice(sample * beats, (sample + 1) * beats);
    const data = own.reduce((bits, word, at) => bits | (word.data << BigInt(at * width)), 0n);
    return { cycle: own[beats - 1].cycle, data };
  });
}

function bench(manifest: Manifest, samples: number, stall: number, gap: number, seed: number): string {
  const { top, stream, traces, timing } = manifest;
  const limit = (samples + 4) * (timing.interval + gap + timing.latency) * (stall > 0 ? 20 : 2);
  const probes = traces.map(({ path: place, signal, valid, ready }, index) => {
    const at = ['dut', ...place].join('.');
    return `if (${at}.${valid} & ${at}.${ready}) $display("L${index} %0d %h", cycle, ${at}.${signal});`;
  });
  return `
module bench;
  reg aclk = 0, aresetn = 0;
  reg [${stream.input.width - 1}:0] vectors [0:${samples - 1}];
  integer cycle = 0, sent = 0, received = 0, seed = ${seed}, wait_cycles = 0;
  reg s_valid = 0, m_ready = 0;
  wire s_ready, m_valid;
  wire [${stream.output.width - 1}:0] m_data;
  wire [${stream.input.width - 1}:0] s_data = s_valid ? vectors[sent] : {${stream.input.width}{1'bx}};
  ${top} dut (.aclk(aclk), .aresetn(aresetn), .s_axis_tdata(s_data), .s_axis_tvalid(s_valid), .s_axis_tready(s_ready),
    .s_axis_tlast(1'b1), .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(m_ready), .m_axis_tlast(),
    .frame_error());
  initial $readmemh("vectors.hex", vectors);
  always #5 aclk = ~aclk;
  initial begin repeat (4) @(posedge aclk); #1 aresetn = 1; end
  reg next_s_valid, next_m_ready;
  always @(posedge aclk) if (aresetn) begin
    cycle <= cycle + 1;
    if (s_valid & s_ready) $display("IN %0d %h", cycle, s_data);
    if (m_valid & m_ready) $display("OUT %0d %h", cycle, m_data);
    ${probes.join('\n    ')}
    if (m_valid & m_ready) received <= received + 1;
    if (received == ${samples} || cycle > ${limit}) $finish;
    if (s_valid & s_ready) begin
      sent <= sent + 1;
      s_valid <= (sent + 1 < ${samples}) && ${gap} == 0 && (($random(seed) & 255) >= ${stall});
      wait_cycles <= ${gap};
    end else if (!s_valid) begin
      if (wait_cycles > 0) wait_cycles <= wait_cycles - 1;
      s_valid <= sent < ${samples} && wait_cycles <= 1 && (($random(seed) & 255) >= ${stall});
    end
    m_ready <= (($random(seed) & 255) >= ${stall});
  end
endmodule
`;
}
