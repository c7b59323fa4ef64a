import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../core/nearest.js';
import { VERSION } from '../core/version.js';
import type { CliCommand, CommandOutcome, Options, Paint } from './command.js';
import { COMMANDS } from './commands/index.js';
import { envelopeOf, paintFor, printProblem, problemOf, statusOf } from './output.js';
import { problems } from './problems.js';
import { taskList } from './tasks.js';

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs one command line.
 *
 * @param argv the words after `espalier`
 * @param onCommand called before a command does its work
 * @returns the exit status: 0 well, 1 an error or a difference found, 2 a wrong command line
 */
export async function runCli(
  argv: readonly string[],
  streams: Streams,
  onCommand: (command: CliCommand) => void = () => {},
): Promise<number> {
  const json = wantsJson(argv);
  const paint = paintFor(streams.stderr, streams.env);
  let name = argv.find((word) => !word.startsWith('-')) ?? '';
  let outcome: CommandOutcome | undefined;
  const program = buildProgram(streams, async (command, args, options) => {
    name = command.name;
    onCommand(command);
    outcome = await runCommand(command, args, options, streams, json);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const problem = problemOf(error instanceof CommanderError ? usageProblem(error, name) : error);
    if (json) streams.stdout.write(`${JSON.stringify(envelopeOf(name, { error: problem }), null, 2)}\n`);
    else streams.stderr.write(`${printProblem(problem, paint)}\n`);
    return statusOf(problem);
  }
  if (outcome === undefined) return 0;
  if (json) streams.stdout.write(`${JSON.stringify(envelopeOf(name, outcome), null, 2)}\n`);
  else printOutcome(outcome, streams, paint);
  return outcome.status;
}

function printOutcome(
  { text, warnings = [] }: CommandOutcome,
  { stdout, stderr }: Streams,
  paint: Paint,
): void {
  if (text !== '') stdout.write(`${text}\n`);
  for (const warning of warnings) stderr.write(`${printProblem(warning, paint, 'warning')}\n`);
}

/** Before parsing, because a wrong command line is reported as JSON too; what follows `--` is another program's. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

async function runCommand(
  command: CliCommand,
  args: readonly string[],
  options: Options,
  streams: Streams,
  json: boolean,
): Promise<CommandOutcome> {
  const tasks = taskList(streams, { quiet: options.quiet === true });
  const paint: Paint = json ? (_, text) => text : paintFor(streams.stdout, streams.env);
  try {
    const outcome = await command.run(args, options, { tasks, onProgress: tasks.progress, paint, json });
    await tasks.close(false);
    return outcome;
  } catch (error) {
    await tasks.close(true);
    throw error;
  }
}

type Act = (command: CliCommand, args: readonly string[], options: Options) => Promise<void>;

function buildProgram(streams: Streams, act: Act): Command {
  const program = new Command('espalier')
    .description(
      'Small neural networks as bit-exact fixed-point Verilog: train, prune, quantize, emit, co-simulate.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also `espalier COMMAND --help`')
    .configureHelp({ ...helpStyle(streams), subcommandTerm: (command) => command.name() })
    .addHelpText('after', MAIN_EXAMPLES)
    .showSuggestionAfterError(true)
    .helpCommand(false)
    .enablePositionalOptions();
  for (const option of outputOptions()) program.addOption(option);
  quietErrors(program, streams);
  for (const command of COMMANDS) program.addCommand(buildCommand(command, streams, act));
  return program;
}

function buildCommand(command: CliCommand, streams: Streams, act: Act): Command {
  const built = new Command(command.name)
    .description(command.summary)
    .helpOption('-h, --help', 'print this help');
  built.configureHelp({ ...helpStyle(streams), subcommandTerm: (command) => command.name() });
  quietErrors(built, streams);
  command.declare(built);
  for (const option of outputOptions()) built.addOption(option);
  built.action(async () => act(command, built.args, built.optsWithGlobals()));
  if (command.examples.length > 0) built.addHelpText('after', examplesText(command.examples));
  return built;
}

/** Of every command, before or after its name. */
const outputOptions = () => [
  new Option('--json', 'one JSON document on stdout, nothing else'),
  new Option('--quiet', 'no progress on stderr'),
];

const helpStyle = ({ stdout }: Streams) => ({ sortOptions: false, helpWidth: stdout.columns || 110 });

/** Commander throws in place of printing and exiting; help goes to stdout. */
function quietErrors(command: Command, streams: Streams): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => streams.stdout.write(text),
    writeErr: (text) => streams.stderr.write(text),
    outputError: () => {},
  });
}

function usageProblem(error: CommanderError, command: string) {
  const [message, suggestion] = error.message.replace(/^error: /, '').split('\n(');
  const isKnown = COMMANDS.some(({ name }) => name === command);
  const line = isKnown ? `espalier ${command}` : 'espalier';
  // `espalier` alone: commander has printed the help already.
  const got = error.code === 'commander.help' ? 'no command' : message;
  return problems.usage(line, got, suggestion?.replace(/\)$/, '') ?? likelyChoice(message));
}

/** Commander suggests commands and options, but none of an option's choices. */
function likelyChoice(message: string): string | undefined {
  const [, word, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? [];
  const likely = word === undefined ? undefined : nearest(word, choices.split(', '));
  return likely === undefined ? undefined : `Did you mean ${likely}?`;
}

function examplesText(examples: CliCommand['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return `\nExamples:\n${examples.map(([line, what]) => `  ${line.padEnd(width)}   ${what}`).join('\n')}\n`;
}

const MAIN_EXAMPLES = examplesText([
  ['espalier run models/wdbc', 'from the data to verified Verilog, every stage, with a report'],
  ['espalier compile --weights my-weights/ --calibration rows.csv', 'Verilog from weight CSVs of your own'],
  ['espalier simulate build/my_weights', 'co-simulate that design with its integer network'],
  ['espalier doctor', 'what is installed, and how to get what is missing'],
]);
