import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { crcOf, FrameReader, frameOf } from '../../../src/cosim/board/frames.js';
import type { SerialLine } from '../../../src/cosim/board/line.js';
import { type BoardRunOptions, runBoard } from '../../../src/cosim/board/run.js';
import { emitDesign } from '../../../src/emit/design.js';
import { readDesign } from '../../../src/emit/read-design.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { sampleNetwork } from '../../exchange/c/sample.js';
import { newFolder, runCliIn } from '../../support/cli.js';
import { messageOfAsync } from '../../support/messages.js';
import { startBoard, verilateBoard, writeForSimulation } from '../../support/uart-line.js';

const home = newFolder('board');
const network = sampleNetwork();

function emit(wanted: QuantizedNetwork, folder: string, width: 8 | 16 = 8): string {
  const place = path.join(home, folder);
  const generator = { version: '0', command: 'test' };
  writeForSimulation(place, emitDesign(wanted, { architecture: 'parallel', stream: { width } }, generator));
  return place;
}

/** The terminal of the last board. */
let port: string;

const silent = (got: string, seconds: number) =>
  `${port}: got ${got}, wanted an answer within ${seconds} s (is it the right port and baud rate, is the board ` +
  'programmed, is another program using the port?) [cosim/board-silent]';

/** A line to a board that knows who it is, and answers each sample with a status. */
function refusingLine(place: string, status: number): SerialLine {
  const { network, stream } = readDesign(place).manifest;
  const { input, output } = stream;
  const identity = [1, input.beats, 0, output.beats, 0, ...Buffer.from(network.sha256.slice(0, 16), 'hex')];
  let hear: (bytes: Uint8Array) => void = () => {};
  return {
    write: (bytes) => {
      const isQuestion = (bytes[3] | bytes[4]) === 0;
      const body = [bytes[2], ...(isQuestion ? [5, ...identity] : [status, 1, 0])];
      const crc = crcOf(body);
      setImmediate(() => hear(Uint8Array.from([0xc3, 0x3c, ...body, crc >> 8, crc & 255])));
    },
    onData: (listener) => {
      hear = listener;
    },
    close: () => {},
  };
}

async function onBoard(place: string, design: string, loss: number, options: Partial<BoardRunOptions>) {
  const { board, terminal } = await startBoard(place, loss);
  port = terminal;
  try {
    return await runBoard(design, { seconds: 5, random: 40, ...options, port: terminal });
  } finally {
    board.stdin?.end();
  }
}

describe('a frame', () => {
  it('has the CRC of its bytes', () => {
    expect(crcOf(Buffer.from('123456789'))).toBe(0x29b1);
    const frame = frameOf(7, Uint8Array.from([1, 2]));
    expect([...frame.slice(0, 7)]).toEqual([0xa5, 0x5a, 7, 2, 0, 1, 2]);
    expect(crcOf(frame.slice(2))).toBe(0);
  });

  it('is found in bytes of anything, however they come', () => {
    const body = [9, 0, 0xc3, 0x3c, 0xc3];
    const crc = crcOf(body);
    const good = [0xc3, 0x3c, ...body, crc >> 8, crc & 255];
    const bytes = [0x00, 0xc3, 0x3c, 1, 0, 5, 5, 5, 0, 0, 0xc3, ...good, 0xc3, ...good.with(4, 1), ...good];
    const whole = new FrameReader(3).push(Uint8Array.from(bytes));
    const reader = new FrameReader(3);
    const single = bytes.flatMap((byte) => reader.push(Uint8Array.of(byte)));
    const frame = { sequence: 9, status: 0, payload: Uint8Array.from([0xc3, 0x3c, 0xc3]) };
    expect(whole).toEqual([frame, frame]);
    expect(single).toEqual(whole);
  });
});

/** Of a sample: three codes of 4 bits. */
const BYTES = 2;

describe('a board', () => {
  let place: string;
  let wrong: string;
  beforeAll(() => {
    place = emit(network, 'design');
    wrong = emit(network, 'wrong');
    verilateBoard(place);
    // The same network by name, with another circuit in it.
    const file = path.join(wrong, 'link_top.v');
    verilateBoard(wrong, (top) =>
      top
        .replace('.m_axis_tdata(out_data)', '.m_axis_tdata(flipped)')
        .replace(
          '  wire in_valid',
          '  wire [7:0] flipped; assign out_data = flipped ^ {8{in_seen}}; reg in_seen = 0; reg [9:0] count = 0;\n' +
            '  always @(posedge aclk) begin if (in_valid & in_ready & in_last) count <= count + 1; in_seen <= count > 20; end\n  wire in_valid',
        ),
    );
    expect(readFileSync(file, 'utf8')).toContain('flipped');
  }, 120_000);

  it('that is right passes, and leaves a record that is the same every time', async () => {
    const outputFolder = path.join(home, 'records');
    const { record, retried } = await onBoard(place, place, 0, { outputFolder, rows: [[1, 2, 3]] });
    expect(record).toMatchObject({ passed: true, differing: 0, difference: null, design: network.name });
    expect(record.segments.map(({ kind, count }) => [kind, count])).toEqual([
      ['regression', 0],
      ['data', 1],
      ['corner', 9],
      ['random', 40],
    ]);
    expect(retried).toBe(0);
    const files = () =>
      ['board.json', 'board.xml'].map((file) => readFileSync(path.join(outputFolder, file), 'utf8'));
    const before = files();
    expect(JSON.parse(before[0])).toEqual(record);
    expect(before[1]).toContain('<testcase classname="espalier.tiny" name="40 random on the board"/>');
    await onBoard(place, place, 20_000, { outputFolder, rows: [[1, 2, 3]], seconds: 0.3, retries: 20 });
    expect(files()).toEqual(before);
  });

  it('that is wrong is told by the first sample, its origin and its field', async () => {
    const outputFolder = path.join(home, 'wrong-records');
    const { record } = await onBoard(wrong, place, 0, { outputFolder });
    expect(record.passed).toBe(false);
    expect(record.differing).toBeGreaterThan(10);
    expect(record.difference).toMatchObject({ sample: 20, origin: 'random vector 11', segment: 'random' });
    const xml = readFileSync(path.join(outputFolder, 'board.xml'), 'utf8');
    expect(xml).toContain('failures="1"');
    expect(xml).toContain('<testcase classname="espalier.tiny" name="9 corner on the board"/>');
    expect(xml).toContain('<failure message="sample 20 (random vector 11)');
  });

  it('with another network in it is refused', async () => {
    const other = emit({ ...network, labels: ['other', 'names'] }, 'other');
    const identity = (of: string) => {
      const { network, stream } = readDesign(of).manifest;
      const lengths = [stream.input.beats, stream.output.beats].flatMap((beats) => [beats, 0]);
      return `${Buffer.from([1, ...lengths]).toString('hex')}${network.sha256.slice(0, 16)}`;
    };
    expect(await messageOfAsync(() => onBoard(place, other, 0, {}))).toBe(
      `${port}: got the identity ${identity(place)}, wanted ${identity(other)}: lengths of samples and the hash of this ` +
        "design's network (the board holds another network: program it with this design) [cosim/board-network]",
    );
  });

  it('that does not answer is told after all attempts', async () => {
    expect(await messageOfAsync(() => onBoard(place, place, 1_000_000, { seconds: 0.05, retries: 2 }))).toBe(
      silent('nothing, 3 times', 0.05),
    );
  });

  it.each([
    [
      2,
      `line: got a board that takes samples of another length, wanted one that takes ${BYTES} bytes (the board holds ` +
        'another network: program it with this design) [cosim/board-length]',
    ],
    [
      1,
      'line: got only the status 1, 3 times, wanted an answer within 2 s (is it the right port and baud rate, is the ' +
        'board programmed, is another program using the port?) [cosim/board-silent]',
    ],
  ])('that answers samples with status %i alone is told', async (status, message) => {
    const options = { port: 'line', line: refusingLine(place, status), seconds: 2, retries: 2 };
    expect(await messageOfAsync(() => runBoard(place, options))).toBe(message);
  });

  it('is reached from the command line, with exit status 1 where it is wrong', async () => {
    const { board, terminal } = await startBoard(wrong, 0);
    const out = path.join(home, 'cli');
    const words = ['board', 'run', place, '--port', terminal, '--random', '40', '--out', out];
    const { status, stdout } = await runCliIn(home, ...words);
    board.stdin?.end();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^samples on the board {2}49: 9 corner, 40 random\n/);
    expect(stdout).toMatch(/\nsample 20 \(random vector 11\), /);
  });

  it('is wanted behind a port that is there, with beats of 8 bits', async () => {
    const none = path.join(home, 'none');
    expect(await messageOfAsync(() => runBoard(place, { port: none }))).toBe(
      `${none}: got ENOENT: no such file or directory, open '${none}', wanted a serial port that can be opened and set ` +
        '(look for it with ls /dev/ttyUSB* /dev/ttyACM* (macOS: /dev/cu.*); on Linux its group is dialout) ' +
        '[cosim/serial-port]',
    );
    const wide = emit(network, 'wide', 16);
    expect(await messageOfAsync(() => runBoard(wide, { port: 'none' }))).toBe(
      'tiny: got beats of 16 bits, wanted a design with beats of 8 bits, as a serial line carries them ' +
        '(emit it for the board: espalier emit --board NAME) [cosim/board-beats]',
    );
  });
});
