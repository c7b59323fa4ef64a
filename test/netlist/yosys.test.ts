import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findYosys } from '../../src/netlist/yosys.js';
import { YOSYS_KINDS, type YosysJob } from '../../src/netlist/yosys-job.js';

const job: YosysJob = {
  task: 'a test',
  script: 'read_verilog rtl/top.v\nhierarchy -top top\nproc\nwrite_json out/top.json\n',
  files: new Map([
    ['rtl/top.v', 'module top(input a, output y); assign y = ~a; endmodule\n'],
    ['out/keep', ''],
  ]),
  outputs: ['out/top.json'],
  timeoutSeconds: 60,
};

describe.each(YOSYS_KINDS)('%s Yosys', (kind) => {
  it('reads and writes files of the job', async () => {
    const yosys = await findYosys(kind);
    expect(yosys.kind).toBe(kind);
    expect(yosys.version).toMatch(/^Yosys \d/);
    const { files } = await yosys.run(job);
    const { modules } = JSON.parse(files.get('out/top.json') as string);
    expect(Object.values(modules.top.cells).map((cell) => (cell as { type: string }).type)).toEqual(['$not']);
  });

  it('says what is wrong with the Verilog', async () => {
    const yosys = await findYosys(kind);
    const broken = { ...job, files: new Map([['rtl/top.v', 'module top(; endmodule\n']]) };
    await expect(yosys.run(broken)).rejects.toThrow(
      /^yosys, a test: got rtl\/top\.v:1: syntax error, unexpected ';', wanted a run without errors \[netlist\/yosys-failed\]$/,
    );
  });

  it('ends at the time-out', async () => {
    const yosys = await findYosys(kind);
    // Minutes of work: the end comes before, however late this machine's clocks ring.
    const script = `${job.script}${'opt_expr; opt_clean\n'.repeat(1_000_000)}`;
    await expect(yosys.run({ ...job, script, timeoutSeconds: 0.001 })).rejects.toThrow(
      'yosys, a test: got no end after 0.001 s, wanted an end within the time-out ' +
        '(raise it with --timeout SECONDS) [netlist/yosys-timeout]',
    );
  });
});

describe('a machine', () => {
  const searchPath = process.env.PATH;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'espalier-path-'));
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env.PATH = searchPath;
    rmSync(folder, { recursive: true });
  });

  const install = (body: string) => {
    writeFileSync(
      path.join(folder, 'yosys'),
      `#!/bin/sh\n[ "$1" = -V ] && echo 'Yosys 9.9' && exit\n${body}\n`,
    );
    chmodSync(path.join(folder, 'yosys'), 0o755);
  };

  it('without a native Yosys uses the WebAssembly one', async () => {
    expect((await findYosys()).kind).toBe('wasm');
    await expect(findYosys('native')).rejects.toThrow(
      'yosys: got no program `yosys` in the PATH, wanted a Yosys, to read Verilog with (install yosys) ' +
        '[netlist/yosys-missing]',
    );
  });

  it('with too little memory says so', async () => {
    const message =
      'yosys, a test: got not enough memory, wanted memory for the whole design (WebAssembly: at most 4 GB) ' +
      '(use a native yosys on a larger machine, or a smaller design) [netlist/yosys-memory]';
    install(`echo "terminate called after throwing an instance of 'std::bad_alloc'" >&2; kill -ABRT $$`);
    await expect((await findYosys()).run(job)).rejects.toThrow(message);
    install('kill -KILL $$');
    await expect((await findYosys()).run(job)).rejects.toThrow(message);
  });
});
