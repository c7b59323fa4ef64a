// Fetches what Espalier needs beyond npm: Verilator, a C++ compiler, make and ccache; with --tests also what its tests
// compare with and look at the report in. Idempotent; quick when all is there.
import { spawnSync } from 'node:child_process';

const isForTests = process.argv.includes('--tests');
// Program → Debian's packages.
const TOOLS = {
  verilator: 'verilator',
  'g++': 'g++',
  make: 'make',
  ccache: 'ccache',
  ...(isForTests && {
    iverilog: 'iverilog',
    yosys: 'yosys',
    'nextpnr-ice40': 'nextpnr-ice40 fpga-icestorm',
    ghdl: 'ghdl',
    tclsh: 'tcl',
    python3: 'python3',
    chromium: 'chromium',
  }),
};
const forTests = (packages) => (isForTests ? ` ${packages}` : '');
const HINTS = [
  [
    'Debian/Ubuntu',
    `sudo apt-get install -y verilator g++ make ccache${forTests('iverilog yosys nextpnr-ice40 fpga-icestorm ghdl tcl python3 chromium')}`,
  ],
  [
    'Fedora',
    `sudo dnf install -y verilator gcc-c++ make ccache${forTests('iverilog yosys nextpnr icestorm ghdl tcl python3 chromium')}`,
  ],
  [
    'macOS',
    `brew install verilator ccache${forTests('icarus-verilog yosys ghdl tcl-tk python3 chromium')}   # and once: xcode-select --install`,
  ],
];

const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
// Programs that serve as well as the one named.
const EQUALS = {
  'g++': ['g++', 'clang++', 'c++'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};
const QUESTIONS = { iverilog: '-V', yosys: '-V' };
const isThere = (tool) =>
  (EQUALS[tool] ?? [tool]).some((name) => works(name, [QUESTIONS[tool] ?? '--version']));

const missing = Object.keys(TOOLS).filter((tool) => !isThere(tool));
if (missing.length > 0) {
  const packages = missing.flatMap((tool) => TOOLS[tool].split(' '));
  console.error(`espalier setup: missing ${missing.join(', ')}`);
  if (!installByApt(packages)) {
    console.error('espalier setup: please install them, then run this again:');
    for (const [system, line] of HINTS) console.error(`  ${system}: ${line}`);
    process.exit(1);
  }
  const still = missing.filter((tool) => !isThere(tool));
  if (still.length > 0) {
    console.error(`espalier setup: apt-get ended well, but ${still.join(', ')} cannot be run`);
    process.exit(1);
  }
}

function installByApt(packages) {
  if (process.platform !== 'linux' || !works('apt-get', ['--version'])) return false;
  const isRoot = process.getuid() === 0;
  if (!isRoot && !works('sudo', ['-n', 'true'])) return false;
  const apt = (...args) => {
    // sudo clears the environment; another package manager at work is waited for.
    const line = [
      ...(isRoot ? [] : ['sudo', '-n']),
      ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'],
      ...args,
    ];
    console.error(`espalier setup: ${line.join(' ')}`);
    // The installer's own lines go to stderr, so that stdout stays the command's.
    return spawnSync(line[0], line.slice(1), { stdio: ['ignore', 2, 2] }).status === 0;
  };
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}
