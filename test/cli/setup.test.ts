import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, ROOT } from '../support/cli.js';

/** Runs the set-up with nothing in the PATH but these programs: name → shell script. */
function setup(programs: Readonly<Record<string, string>>, ...options: string[]) {
  const folder = newFolder('path');
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'scripts', 'setup.mjs'), ...options],
    {
      encoding: 'utf8',
      env: { PATH: folder, CI: 'true', FOLDER: folder },
    },
  );
  return { folder, status, stdout, stderr };
}

const TOOLS = { verilator: 'exit 0', 'g++': 'exit 0', make: 'exit 0', ccache: 'exit 0' };

describe.skipIf(process.platform === 'win32')('the set-up', () => {
  it('does nothing when all is there', () => {
    expect(setup(TOOLS)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('wants what the tests need only when asked for it', () => {
    const { status, stderr } = setup(TOOLS, '--tests');
    expect(status).toBe(1);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'espalier setup: missing iverilog, yosys, nextpnr-ice40, ghdl, tclsh, python3, chromium',
      'espalier setup: please install them, then run this again:',
      '  Debian/Ubuntu: sudo apt-get install -y verilator g++ make ccache iverilog yosys nextpnr-ice40 fpga-icestorm ghdl tcl python3 chromium',
    ]);
    const there = {
      iverilog: 'exit 0',
      yosys: 'exit 0',
      'nextpnr-ice40': 'exit 0',
      ghdl: 'exit 0',
      tclsh: 'exit 0',
      python3: 'exit 0',
      'google-chrome': 'exit 0',
    };
    expect(setup({ ...TOOLS, ...there }, '--tests')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('takes another C++ compiler for the one it would install', () => {
    const { 'g++': compiler, ...rest } = TOOLS;
    expect(setup({ ...rest, 'clang++': compiler })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('says which lines to type where it cannot install', () => {
    const { status, stdout, stderr } = setup({ make: 'exit 0' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      [
        'espalier setup: missing verilator, g++, ccache',
        'espalier setup: please install them, then run this again:',
        '  Debian/Ubuntu: sudo apt-get install -y verilator g++ make ccache',
        '  Fedora: sudo dnf install -y verilator gcc-c++ make ccache',
        '  macOS: brew install verilator ccache   # and once: xcode-select --install',
        '',
      ].join('\n'),
    );
  });

  it.runIf(process.platform === 'linux')('installs what is missing by apt, without a question', () => {
    const { verilator: _, ccache: __, ...rest } = TOOLS;
    const install =
      'case "$*" in *install*) for t in verilator ccache; do /bin/cp "$FOLDER/make" "$FOLDER/$t"; done;; esac';
    const log = 'echo "$DEBIAN_FRONTEND $*" >> "$FOLDER/log"';
    const env = 'export "$1"; shift; exec "$@"';
    const sudo = 'shift; exec "$@"';
    const { folder, status, stdout } = setup({ ...rest, 'apt-get': `${log}; ${install}`, env, sudo });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(readFileSync(path.join(folder, 'log'), 'utf8').split('\n').slice(-3)).toEqual([
      'noninteractive -q -o DPkg::Lock::Timeout=300 update',
      'noninteractive -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends verilator ccache',
      '',
    ]);
  });
});
