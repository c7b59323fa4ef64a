import type { Summary } from '../report/summary.js';
import type { Paint } from './command.js';
import { percent, printTable, whole } from './table.js';

const NAMES: Readonly<Record<string, string>> = {
  float: 'trained (float)',
  pruned: 'pruned (float)',
  'fixed-point': 'fixed point',
};

/** The end of a run: how good each network is, what the hardware costs, and what was compared. */
export function summaryText({ networks, rows, hardware, simulation }: Summary, paint: Paint): string {
  const table = printTable(
    ['network', `accuracy (${rows.test} test rows)`, 'non-zeros'],
    networks.map(({ name, accuracy, nonZeros, parameters }) => [
      NAMES[name],
      percent(accuracy),
      `${whole(nonZeros)} of ${whole(parameters)}`,
    ]),
    { numeric: [1, 2] },
  );
  const { interval, denseInterval, latency, romBits, roms } = hardware;
  const segments = Object.entries(simulation.segments).map(([kind, count]) => `${whole(count)} ${kind}`);
  const faults = simulation.passed ? paint('green', '0') : paint('red', whole(simulation.differing));
  const facts = [
    [
      'cycles per inference',
      `${whole(interval)} sparse, ${whole(denseInterval)} dense; latency ${whole(latency)}`,
    ],
    ['ROM', `${whole(romBits)} bits in ${roms} ${roms === 1 ? 'image' : 'images'}`],
    ['vectors compared', `${whole(simulation.vectors)} (${segments.join(', ')}) by ${simulation.engine}`],
    ['differences', faults],
    ['measured', measuredText(simulation)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [table, '', ...facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join('\n');
}

function measuredText({ measuredInterval, measuredLatency }: Summary['simulation']): string {
  if (measuredInterval === null || measuredLatency === null)
    return 'interval and latency could not be measured';
  return `an inference every ${whole(measuredInterval)} cycles, after ${whole(measuredLatency)}`;
}
