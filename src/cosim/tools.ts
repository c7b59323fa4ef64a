import os from 'node:os';
import { passTerminalTo, runProcess } from '../core/process.js';
import { problems } from './problems.js';

/** One program that Espalier can use. */
export interface ToolReport {
  readonly name: string;
  /** What it is used for. */
  readonly purpose: string;
  readonly required: boolean;
  /** The first line that it says of itself; absent when missing. */
  readonly version?: string;
  /** How to get it; only when missing. */
  readonly hint?: string;
}

export interface DoctorReport {
  readonly platform: string;
  readonly tools: readonly ToolReport[];
  /** Whether everything required is there. */
  readonly complete: boolean;
}

interface Tool {
  readonly name: string;
  readonly purpose: string;
  readonly required: boolean;
  /** The first that answers counts. */
  readonly commands: readonly (readonly string[])[];
  /** Packages of Debian and Ubuntu, Fedora, macOS. */
  readonly packages: readonly [string, string, string];
}

const TOOLS: readonly Tool[] = [
  {
    name: 'verilator',
    purpose: 'co-simulation, about four times as fast as the embedded simulator',
    required: false,
    commands: [['verilator', '--version']],
    packages: ['verilator', 'verilator', 'verilator'],
  },
  {
    name: 'C++ compiler',
    purpose: 'co-simulation with Verilator',
    required: false,
    commands: [
      ['g++', '--version'],
      ['clang++', '--version'],
      ['c++', '--version'],
    ],
    packages: ['g++', 'gcc-c++', 'llvm'],
  },
  {
    name: 'make',
    purpose: 'co-simulation with Verilator',
    required: false,
    commands: [['make', '--version']],
    packages: ['make', 'make', 'make'],
  },
  {
    name: 'ccache',
    purpose: 'builds of changed designs in a third of the time',
    required: false,
    commands: [['ccache', '--version']],
    packages: ['ccache', 'ccache', 'ccache'],
  },
  {
    name: 'iverilog',
    purpose: 'co-simulation with Icarus Verilog',
    required: false,
    commands: [['iverilog', '-V']],
    packages: ['iverilog', 'iverilog', 'icarus-verilog'],
  },
  {
    name: 'yosys',
    purpose: 'synthesis (the WebAssembly build serves too)',
    required: false,
    commands: [['yosys', '-V']],
    packages: ['yosys', 'yosys', 'yosys'],
  },
];

const hintFor = ({ packages: [debian, fedora, mac] }: Tool): string =>
  `Debian/Ubuntu: sudo apt-get install -y ${debian}; Fedora: sudo dnf install -y ${fedora}; macOS: brew install ${mac}`;

/** How to get a tool, on one line. */
export function installHint(name: string): string {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  return tool === undefined ? `install ${name}` : hintFor(tool);
}

/** What is installed, which versions, what is missing and how to get it. */
export async function doctor(): Promise<DoctorReport> {
  const node: ToolReport = { name: 'node', purpose: 'everything', required: true, version: process.version };
  const tools = [node, ...(await Promise.all(TOOLS.map(inspect))), wasmYosys()];
  return {
    platform: `${os.platform()} ${os.arch()}, ${os.availableParallelism()} cores`,
    tools,
    complete: tools.every(({ required, version }) => !required || version !== undefined),
  };
}

/** Whether all of these tools of `espalier doctor` are installed. */
export async function hasTools(names: readonly string[]): Promise<boolean> {
  const wanted = TOOLS.filter(({ name }) => names.includes(name));
  const reports = await Promise.all(wanted.map(inspect));
  return reports.every(({ version }) => version !== undefined);
}

async function inspect(tool: Tool): Promise<ToolReport> {
  const { name, purpose, required } = tool;
  for (const [command, ...args] of tool.commands) {
    const { status, stdout } = await runProcess(command, args, { timeoutSeconds: 20 });
    if (status === 0) return { name, purpose, required, version: stdout.split('\n')[0].trim() };
  }
  return { name, purpose, required, hint: hintFor(tool) };
}

function wasmYosys(): ToolReport {
  const name = '@yowasp/yosys';
  const common = { name, purpose: 'synthesis without a native Yosys', required: false };
  try {
    import.meta.resolve(name);
    return { ...common, version: 'installed' };
  } catch {
    return { ...common, hint: `npm install ${name}` };
  }
}

/**
 * Runs Verilator with the caller's terminal.
 *
 * @param output where its stdout goes
 * @returns its exit status
 * @throws cosim/tool-missing
 */
export async function passToVerilator(
  args: readonly string[],
  output: 'stdout' | 'stderr' = 'stdout',
): Promise<number> {
  const status = await passTerminalTo('verilator', args, output);
  if (status === undefined) throw problems.cosimToolMissing('verilator', installHint('verilator'));
  return status;
}
