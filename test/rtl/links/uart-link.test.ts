import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { Manifest } from '../../../src/emit/manifest.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import { randomNetwork } from '../../support/networks.js';
import { runLine, verilateLine, writeExpected, writeForSimulation } from '../../support/uart-line.js';

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

describe('a design on a serial line', () => {
  let manifest: Manifest;
  beforeAll(() => {
    const random = new Random(1, 'uart link');
    const network = randomNetwork(random);
    const hardware = { architecture: 'serial', stream: { width: 8 } } as const;
    const files = emitDesign(network, hardware, { version: '0', command: 'test' });
    manifest = parseManifest(files.get('manifest.json') as string);
    writeForSimulation(folder, files);
    writeFileSync(path.join(folder, 'link_top.v'), topText(manifest));
    writeExpected(folder, network, manifest, random, SAMPLES);
    verilateLine(folder, ['link_top.v', ...LINK_FILES, ...manifest.sources.map(({ file }) => file)]);
  });

  it('answers every good frame right and no other, whatever else is on the line', () => {
    const run = { divider: DIVIDER, timeout: TIMEOUT, garbage: GARBAGE, seed: 1 };
    const { good, answered, identity, garbage, negative } = runLine(folder, manifest, run);
    // Second frames are answered too, unless they come too early.
    expect(answered + identity).toBeGreaterThanOrEqual(good);
    expect(identity).toBeGreaterThan(0);
    expect(good).toBeGreaterThan(GARBAGE / 100);
    expect(garbage).toBeGreaterThanOrEqual(GARBAGE);
    // A wrong CRC, a wrong length, a frame that is cut off, one too early: all have been seen.
    for (const count of negative) expect(count).toBeGreaterThan(0);
  });
});
