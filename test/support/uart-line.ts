import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../src/core/random.js';
import { packInput, packOutput } from '../../src/emit/bus.js';
import { emitDesign } from '../../src/emit/design.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { referenceModel } from '../../src/network/reference.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { randomInput, randomNetwork } from './networks.js';

/** Of a random network on a line. */
const SAMPLES = 200;
const BENCH = path.resolve('test', 'rtl', 'links', 'uart-bench.cpp');

/** Writes a design where a simulator can run it: its ROM images also by their bare names. */
export function writeForSimulation(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
    if (name.endsWith('.mem')) writeFileSync(path.join(folder, path.basename(name)), text);
  }
}

/** Random samples for the bench. */
export const writeExpected = (
  folder: string,
  network: QuantizedNetwork,
  manifest: Manifest,
  random: Random,
  samples: number,
): void =>
  writeSamples(
    folder,
    network,
    manifest,
    Array.from({ length: samples }, () => randomInput(random, network)),
  );

/** Samples, what the reference model says of them, and what the board must say it is, as the bench reads them. */
export function writeSamples(
  folder: string,
  network: QuantizedNetwork,
  manifest: Manifest,
  samples: readonly (readonly number[])[],
): void {
  const run = referenceModel(network);
  const { input, output } = manifest.stream;
  const [vectors, expected] = [input, output].map(({ beats }) => new Uint8Array(samples.length * beats));
  samples.forEach((codes, sample) => {
    packInput(input, codes, vectors, sample * input.beats);
    packOutput(output, run(codes), expected, sample * output.beats);
  });
  const lengths = [input.beats, output.beats].flatMap((beats) => [beats & 255, beats >> 8]);
  const hash = Buffer.from(manifest.network.sha256.slice(0, 16), 'hex');
  writeFileSync(path.join(folder, 'vectors'), vectors);
  writeFileSync(path.join(folder, 'expected'), expected);
  writeFileSync(path.join(folder, 'identity'), Buffer.from([1, ...lengths, ...hash]));
}

/** Builds the bench round a module `link_top` of these files, which has aclk, aresetn, rxd_i and txd_o. */
export function verilateLine(folder: string, sources: readonly string[], bench = BENCH): void {
  const words = [
    ...['--cc', '--exe', '--build', '-O3', '-CFLAGS', '-O2', '--top-module', 'link_top'],
    '-Wno-PINCONNECTEMPTY',
  ];
  execFileSync('verilator', [...words, bench, ...sources], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, OBJCACHE: 'ccache' },
  });
}

/** A random serial network on a line, with its samples and what the reference model says of them, compiled. */
export function verilateRandomLine(folder: string, divider: number, timeout: number): Manifest {
  const random = new Random(1, 'uart link');
  const network = randomNetwork(random);
  const hardware = { architecture: 'serial', stream: { width: 8 } } as const;
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  const manifest = parseManifest(files.get('manifest.json') as string);
  writeForSimulation(folder, files);
  writeFileSync(path.join(folder, 'link_top.v'), lineTop(manifest, divider, timeout));
  writeExpected(folder, network, manifest, random, SAMPLES);
  verilateLine(folder, ['link_top.v', ...LINK_FILES, ...manifest.sources.map(({ file }) => file)]);
  return manifest;
}

export interface LineRun {
  /** Clock cycles of a bit, and of the silence that ends a frame. */
  readonly divider: number;
  readonly timeout: number;
  /** Random bytes between the frames. */
  readonly garbage: number;
  readonly seed: number;
  /** Whether the module's aresetn resets it. */
  readonly resets?: boolean;
}

/** What the bench counted; its own words where something went wrong. */
export function runLine(folder: string, { stream }: Manifest, run: LineRun) {
  const { divider, timeout, garbage, seed, resets = true } = run;
  const { input, output } = stream;
  const numbers = [input.beats, output.beats, divider, timeout, garbage, seed, resets ? 1 : 0].map(String);
  const words = ['vectors', 'expected', 'identity', ...numbers];
  const said = spoken(path.join(folder, 'obj_dir', 'Vlink_top'), folder, words);
  const counts =
    /^good (\d+) answered (\d+) identity (\d+) garbage (\d+) negative (\d+) (\d+) (\d+) (\d+)\n$/.exec(said);
  if (counts === null) throw new Error(`the bench says ${said}`);
  const [good, answered, identity, heard, ...negative] = counts.slice(1).map(Number);
  return { good, answered, identity, garbage: heard, negative };
}

/** What a bench prints, whether it is content or not. */
export function spoken(bench: string, folder: string, words: readonly string[]): string {
  try {
    return execFileSync(bench, words, { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const LINKS = path.resolve('rtl', 'links');
export const LINK_FILES = readdirSync(LINKS)
  .filter((file) => file.endsWith('.v'))
  .map((file) => path.join(LINKS, file));

const bits = (count: number) => Math.max(1, Math.ceil(Math.log2(count)));

/** The module `link_top`: a design behind the serial link. */
export function lineTop({ top, stream, network }: Manifest, divider: number, timeout: number): string {
  const [inputs, outputs] = [stream.input.beats, stream.output.beats];
  const hash = network.sha256.slice(0, 16);
  return `module link_top (input wire aclk, input wire aresetn, input wire rxd_i, output wire txd_o);
  wire [7:0] in_data, out_data;
  wire in_valid, in_ready, in_last, out_valid, out_ready;
  espalier_uart_link #(
    .IN_BYTES(${inputs}), .IN_COUNT_WIDTH(${bits(inputs + 2)}),
    .OUT_BYTES(${outputs}), .OUT_COUNT_WIDTH(${bits(Math.max(outputs, 13))}),
    .DIVIDER(${divider}), .DIVIDER_WIDTH(${bits(divider)}),
    .TIMEOUT(${timeout}), .TIMEOUT_WIDTH(${bits(timeout + 1)}), .HASH(64'h${hash})
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

/** Clock cycles of a bit. */
const DIVIDER = 8;

/** A Verilated board, and the name of the terminal that it is behind. */
export async function startBoard(
  place: string,
  loss: number,
): Promise<{ board: ChildProcess; terminal: string }> {
  const board = spawn(path.join(place, 'obj_dir', 'Vlink_top'), [String(DIVIDER), String(loss), '7'], {
    cwd: place,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [text] = (await once(board.stdout as NonNullable<typeof board.stdout>, 'data')) as [Buffer];
  return { board, terminal: text.toString().trim() };
}

/** Compiles a design behind the serial link for {@link startBoard}. */
export function verilateBoard(place: string, edit = (top: string) => top): void {
  const manifest = parseManifest(readFileSync(path.join(place, 'manifest.json'), 'utf8'));
  writeFileSync(path.join(place, 'link_top.v'), edit(lineTop(manifest, DIVIDER, 20 * 10 * DIVIDER)));
  const sources = ['link_top.v', ...LINK_FILES, ...manifest.sources.map(({ file }) => file)];
  verilateLine(place, sources, path.resolve('test', 'support', 'pty-board.cpp'));
}
