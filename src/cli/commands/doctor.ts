import type { CliCommand } from '../command.js';
import { printTable } from '../table.js';

/** What is installed, and how to get what is missing. */
export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'what is installed, and how to get what is missing',
  examples: [],
  declare() {},
  async run(_args, _options, { paint }) {
    const { doctor } = await import('../../cosim/tools.js');
    const report = await doctor();
    const rows = report.tools.map(({ name, version, required, purpose }) => [
      name,
      version ?? (required ? 'missing' : 'not there'),
      purpose,
    ]);
    const hints = report.tools.flatMap(({ name, hint }) => (hint === undefined ? [] : [`${name}: ${hint}`]));
    const verdict = report.complete
      ? paint('green', 'Everything needed is there.')
      : paint('red', 'Something needed is missing.');
    const text = [
      report.platform,
      '',
      printTable(['tool', 'version', 'for'], rows),
      '',
      verdict,
      ...(hints.length > 0 ? ['', 'To install what is not there:', ...hints.map((hint) => `  ${hint}`)] : []),
    ].join('\n');
    return { result: report, text, status: report.complete ? 0 : 1 };
  },
};
