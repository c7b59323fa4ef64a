import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../../src/core/errors.js';
import { sha256 } from '../../../src/core/hash.js';
import { spreadFields } from '../../../src/emit/manifest-text.js';
import { findYosys } from '../../../src/netlist/yosys.js';
import { proveDesign } from '../../../src/prove/prove.js';
import { CACHE, edit, emitTo, smallNetwork } from '../designs.js';

// biome-ignore lint/suspicious/noExplicitAny: members of any JSON are changed here
type Json = Record<string, any>;

/** Changes a JSON file of a design, in which each field of a bus stands alone; the manifest then has the network's hash. */
function editJson(folder: string, file: string, change: (json: Json) => void): void {
  edit(folder, file, (text) => {
    const json = spreadFields(JSON.parse(text)) as Json;
    change(json);
    return `${JSON.stringify(json, null, 2)}\n`;
  });
}

const withHash = (folder: string, file: string) => {
  const hash = sha256(readFileSync(path.join(folder, file), 'utf8'));
  editJson(folder, 'manifest.json', (manifest) => {
    for (const record of [manifest.network, ...manifest.sources, ...manifest.roms]) {
      if (record.file === file) record.sha256 = hash;
    }
  });
};

const OPTIONS = { timeoutSeconds: 60, cacheFolder: CACHE, useVerilator: false, threads: 0 };

/** The code of the refusal, or the status. */
async function verdict(folder: string, edited: readonly string[] = []): Promise<string> {
  try {
    return (await proveDesign(folder, await findYosys('native'), { ...OPTIONS, edited })).certificate.status;
  } catch (error) {
    if (error instanceof EspalierError) return error.code;
    throw error;
  }
}

const parallel = () =>
  emitTo(smallNetwork('argmax', { inputs: 4, hidden: 3, weightBits: 4 }), {
    architecture: 'parallel',
    adderLevelsPerStage: 1,
  });
const serial = () => emitTo(smallNetwork('binary', { inputs: 3, hidden: 2 }), { architecture: 'serial' });

describe('a manifest cannot weaken the statement', () => {
  const output = (json: Json) => json.stream.output;
  it.each([
    [
      'no fields at the output',
      'emit/manifest',
      (m: Json) => {
        output(m).fields = [];
      },
    ],
    [
      'no class',
      'emit/manifest',
      (m: Json) => {
        output(m).fields.pop();
      },
    ],
    [
      'a value left out',
      'emit/manifest',
      (m: Json) => {
        output(m).fields.splice(1, 1);
      },
    ],
    [
      'two values exchanged',
      'emit/manifest',
      (m: Json) => {
        const [a, b] = output(m).fields;
        [a.unit, b.unit] = [b.unit, a.unit];
      },
    ],
    [
      'a value without sign',
      'emit/manifest',
      (m: Json) => {
        output(m).fields[0].signed = false;
      },
    ],
    [
      'a value of fewer bits',
      'emit/manifest',
      (m: Json) => {
        output(m).fields[0].width -= 1;
      },
    ],
    [
      'two values in one place',
      'emit/manifest',
      (m: Json) => {
        output(m).fields[1].lsb = 0;
      },
    ],
    [
      'a wider output',
      'emit/manifest',
      (m: Json) => {
        output(m).width += 8;
      },
    ],
    [
      'a class that is a value',
      'emit/manifest',
      (m: Json) => {
        output(m).fields.at(-1).kind = 'value';
      },
    ],
    [
      'two inputs exchanged',
      'emit/manifest',
      (m: Json) => {
        const [a, b] = m.stream.input.fields;
        [a.lsb, b.lsb] = [b.lsb, a.lsb];
      },
    ],
    [
      'an input left out',
      'emit/manifest',
      (m: Json) => {
        m.stream.input.fields.pop();
      },
    ],
    [
      'an input that is said not to be read',
      'emit/manifest',
      (m: Json) => {
        m.unreadInputs = [0];
      },
    ],
    [
      'a unit that is said to be constant',
      'emit/manifest',
      (m: Json) => {
        m.folded[0].constants = [{ unit: 0, code: 0 }];
      },
    ],
    [
      'no cuts',
      'prove/traces',
      (m: Json) => {
        m.traces = [];
      },
    ],
    [
      'a cut left out',
      'prove/traces',
      (m: Json) => {
        m.traces.shift();
      },
    ],
    [
      'cuts in another order',
      'prove/traces',
      (m: Json) => {
        m.traces.reverse();
      },
    ],
    [
      'a unit of a cut left out',
      'prove/traces',
      (m: Json) => {
        m.traces[0].fields.pop();
      },
    ],
    [
      'two units of a cut exchanged',
      'prove/traces',
      (m: Json) => {
        m.traces[0].fields.reverse();
      },
    ],
    [
      'a wider cut',
      'prove/width',
      (m: Json) => {
        m.traces[0].width += 1;
      },
    ],
    [
      'a cut at another bus',
      'prove/width',
      (m: Json) => {
        m.traces[0].signal = 'x_i';
      },
    ],
    [
      'a cut at no bus',
      'prove/signal',
      (m: Json) => {
        m.traces[0].signal = 'nothing';
      },
    ],
    [
      'valid of the other side',
      'refuted',
      (m: Json) => {
        m.traces[0].valid = 'x_valid_i';
      },
    ],
    [
      'a part of a cut in another place',
      'refuted',
      (m: Json) => {
        const [a, b] = m.traces[0].fields;
        [a.lsb, b.lsb] = [b.lsb, a.lsb];
      },
    ],
    [
      'another top module',
      'prove/port',
      (m: Json) => {
        m.top = 'tiny_head';
      },
    ],
    [
      'a file left out',
      'netlist/verilog',
      (m: Json) => {
        m.sources = m.sources.slice(1);
      },
    ],
    [
      'a file twice',
      'emit/manifest',
      (m: Json) => {
        m.sources.push(m.sources[0]);
      },
    ],
  ])('%s: %s', async (_, outcome, change) => {
    const folder = parallel();
    editJson(folder, 'manifest.json', change);
    expect(await verdict(folder)).toBe(outcome);
  });

  it.each([
    [
      'a ROM said to be deeper',
      'netlist/rom',
      (m: Json) => {
        m.roms[0].depth += 1;
      },
    ],
    [
      'a ROM said to be narrower',
      'netlist/rom',
      (m: Json) => {
        m.roms[0].width = 2;
      },
    ],
    [
      'a ROM left out',
      'netlist/verilog',
      (m: Json) => {
        m.roms.shift();
      },
    ],
    [
      'no probability',
      'emit/manifest',
      (m: Json) => {
        output(m).fields.pop();
      },
    ],
  ])('%s: %s', async (_, outcome, change) => {
    const folder = serial();
    editJson(folder, 'manifest.json', change);
    expect(await verdict(folder)).toBe(outcome);
  });

  it.each([
    [
      'a weight',
      (n: Json) => {
        n.layers[0].kernel.codes[0][0] ^= 1;
      },
    ],
    [
      'a bias',
      (n: Json) => {
        n.layers[0].bias.codes[0] += 1;
      },
    ],
    [
      'a weight of the last layer',
      (n: Json) => {
        n.layers[1].kernel.codes[0][0] ^= 2;
      },
    ],
  ])("another network, with the manifest's hash or without: %s", async (_, change) => {
    const folder = serial();
    editJson(folder, 'network.json', change);
    expect(await verdict(folder)).toBe('prove/network');
    expect(await verdict(folder, ['network.json'])).toBe('prove/network');
    withHash(folder, 'network.json');
    expect(['refuted', 'not proved', 'emit/manifest']).toContain(await verdict(folder));
  });
});

describe('an edited file', () => {
  it.each(['network.json', 'rtl/tiny.v'])('whose line ends alone changed is called so: %s', async (file) => {
    const folder = serial();
    edit(folder, file, (text) => text.replaceAll('\n', '\r\n'));
    await expect(proveDesign(folder, await findYosys('native'), OPTIONS)).rejects.toMatchObject({
      where: file,
      got: 'other line ends than were emitted',
      hint:
        'only line ends changed, LF to CRLF, as git does with core.autocrlf: put `* -text` into .gitattributes and ' +
        'check out again',
    });
  });

  const lane = 'rtl/espalier_mac_lane.v';

  it('is refused unless it is named, and then refuted or proved as it is', async () => {
    const wrong = serial();
    edit(wrong, lane, (text) => text.replace(') + product_extended', ') - product_extended'));
    expect(await verdict(wrong)).toBe('prove/edited');
    expect(await verdict(wrong, ['rtl/tiny.v'])).toBe('prove/edited');
    expect(await verdict(wrong, [lane])).toBe('refuted');
    const same = serial();
    edit(same, lane, (text) => text.replace('// Data.', '// What is computed.'));
    expect(await verdict(same)).toBe('prove/edited');
    expect(await verdict(same, [lane])).toBe('proved');
  });

  it.each([
    ['a narrower output', '[39:0] m_axis_tdata', '[38:0] m_axis_tdata', 'netlist/warning'],
    ['a wider input', '[23:0] s_axis_tdata', '[31:0] s_axis_tdata', 'netlist/warning'],
    [
      'one port more',
      'input  wire        aclk,',
      'input  wire        aclk,\n  input  wire        test,',
      'prove/port',
    ],
  ])('has the ports that the manifest says: %s', async (_, from, to, outcome) => {
    const folder = parallel();
    edit(folder, 'rtl/tiny.v', (text) => text.replace(from, to));
    expect(await verdict(folder, ['rtl/tiny.v'])).toBe(outcome);
  });
});
