import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { packInput, packOutput } from '../../../src/cosim/bus.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { Manifest } from '../../../src/emit/manifest.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import { referenceModel } from '../../../src/network/reference.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

const LINKS = path.resolve('rtl', 'links');
const LINK_FILES = readdirSync(LINKS).map((file) => path.join(LINKS, file));
const DIVIDER = 8;
const TIMEOUT = 20 * 10 * DIVIDER;
/** Random bytes between the frames; a long run: GARBAGE=1000000. */
const GARBAGE = Number(process.env.GARBAGE ?? 20_000);
const SAMPLES = 200;

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-uart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bits = (count: number) => Math.max(1, Math.ceil(Math.log2(count)));

function topText({ top, stream, network }: Manifest): string {
  const [inputs, outputs] = [stream.input.beats, stream.output.beats];
  const hash = network.sha256.slice(0, 16);
  return `module link_top (input wire aclk, input wire aresetn, input wire rxd_i, output wire txd_o);
  wire [7:0] in_data, out_data;
  wire in_valid, in_ready, in_last, out_valid, out_ready;
  espalier_uart_link #(
    .IN_BYTES(${inputs}), .IN_COUNT_WIDTH(${bits(inputs + 2)}),
    .OUT_BYTES(${outputs}), .OUT_COUNT_WIDTH(${bits(Math.max(outputs, 13))}),
    .DIVIDER(${DIVIDER}), .DIVIDER_WIDTH(${bits(DIVIDER)}),
    .TIMEOUT(${TIMEOUT}), .TIMEOUT_WIDTH(${bits(TIMEOUT + 1)}), .HASH(64'h${hash})
  ) link (
    .aclk(aclk), .aresetn(aresetn), .rxd_i(rxd_i), .txd_o(txd_o),
    .m_axis_tdata(in_data), .m_axis_tvalid(in_valid), .m_axis_tready(in_ready), .m_axis_tlast(in_last),
    .s_axis_tdata(out_data), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready), .bad_frames_o()
  );
  ${top} core (
    .aclk(aclk), .aresetn(aresetn),
    .s_axis_tdata(in_data), .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tlast(in_last),
    .m_axis_tdata(out_data), .m_axis_tvalid(out_valid), .m_axis_tready(out_ready), .m_axis_tlast(), .frame_error()
  );
endmodule
`;
}

/** A network behind the link, with samples and what the reference model says of them. */
function build(seed: number): { manifest: Manifest; sources: string[] } {
  const random = new Random(seed, 'uart link');
  const network = randomNetwork(random);
  const hardware = { architecture: 'serial', stream: { width: 8 } } as const;
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
    // Images are looked for where the simulator runs.
    if (name.endsWith('.mem')) writeFileSync(path.join(folder, path.basename(name)), text);
  }
  const manifest = parseManifest(files.get('manifest.json') as string);
  writeFileSync(path.join(folder, 'link_top.v'), topText(manifest));
  const run = referenceModel(network);
  const { input, output } = manifest.stream;
  const [vectors, expected] = [input, output].map(({ beats }) => new Uint8Array(SAMPLES * beats));
  for (let sample = 0; sample < SAMPLES; sample++) {
    const codes = randomInput(random, network);
    packInput(input, codes, vectors, sample * input.beats);
    packOutput(output, run(codes), expected, sample * output.beats);
  }
  writeFileSync(path.join(folder, 'vectors'), vectors);
  writeFileSync(path.join(folder, 'expected'), expected);
  const lengths = [input.beats, output.beats].flatMap((beats) => [beats & 255, beats >> 8]);
  const hash = Buffer.from(manifest.network.sha256.slice(0, 16), 'hex');
  writeFileSync(path.join(folder, 'identity'), Buffer.from([1, ...lengths, ...hash]));
  return { manifest, sources: manifest.sources.map(({ file }) => file) };
}

function verilate(sources: readonly string[], links: readonly string[]): void {
  const words = [
    '--cc',
    '--exe',
    '--build',
    '-O3',
    '-CFLAGS',
    '-O2',
    '--top-module',
    'link_top',
    '-Wno-PINCONNECTEMPTY',
  ];
  const bench = path.resolve('test', 'rtl', 'links', 'uart-bench.cpp');
  execFileSync('verilator', [...words, bench, 'link_top.v', ...links, ...sources], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, OBJCACHE: 'ccache' },
  });
}

function runBench({ stream }: Manifest, garbage: number, seed: number): string {
  const numbers = [stream.input.beats, stream.output.beats, DIVIDER, TIMEOUT, garbage, seed].map(String);
  const bench = path.join(folder, 'obj_dir', 'Vlink_top');
  try {
    return execFileSync(bench, ['vectors', 'expected', 'identity', ...numbers], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('a design on a serial line', () => {
  let manifest: Manifest;
  beforeAll(() => {
    const built = build(1);
    ({ manifest } = built);
    verilate(built.sources, LINK_FILES);
  });

  it('answers every good frame right and no other, whatever else is on the line', () => {
    const said = runBench(manifest, GARBAGE, 1);
    const [, ...numbers] =
      /^good (\d+) answered (\d+) identity (\d+) garbage (\d+) negative (\d+) (\d+) (\d+) (\d+)\n$/.exec(
        said,
      ) ?? [];
    const [good, answered, identity, garbage, ...negative] = numbers.map(Number);
    expect(said).toMatch(/^good/);
    // Second frames are answered too, unless they come too early.
    expect(answered + identity).toBeGreaterThanOrEqual(good);
    expect(identity).toBeGreaterThan(0);
    expect(good).toBeGreaterThan(GARBAGE / 100);
    expect(garbage).toBeGreaterThanOrEqual(GARBAGE);
    // A wrong CRC, a wrong length, a frame that is cut off, one too early: all have been seen.
    for (const count of negative) expect(count).toBeGreaterThan(0);
  });
});
