import { percent, whole } from '../core/number-text.js';
import type { SeedsResult } from '../pipeline/seeds.js';
import { describeEstimate, type Summary } from '../report/summary.js';
import type { Paint } from './command.js';
import { beatsText } from './stream-text.js';
import { cycles, printTable } from './table.js';

const NAMES: Readonly<Record<string, string>> = {
  float: 'trained (float)',
  scratch: 'student alone (float)',
  distilled: 'student, distilled (float)',
  pruned: 'pruned (float)',
  'fixed-point': 'fixed point',
};

/** The end of a run: how good each network is, what the hardware costs, and what was compared. */
export function summaryText({ networks, rows, hardware, simulation }: Summary, paint: Paint): string {
  const table = printTable(
    ['network', 'epochs', `accuracy (${rows.test} test rows)`, 'non-zeros'],
    networks.map(({ name, accuracy, nonZeros, parameters, epochs }) => [
      NAMES[name],
      epochs === null ? '' : whole(epochs),
      percent(accuracy),
      `${whole(nonZeros)} of ${whole(parameters)}`,
    ]),
    { numeric: [1, 2, 3] },
  );
  const segments = Object.entries(simulation.segments).map(([kind, count]) => `${whole(count)} ${kind}`);
  const faults = simulation.passed ? paint('green', '0') : paint('red', whole(simulation.differing));
  const facts = [
    ...hardwareFacts(hardware),
    ['vectors compared', `${whole(simulation.vectors)} (${segments.join(', ')}) by ${simulation.engine}`],
    ['differences', faults],
    ['measured', measuredText(simulation, hardware, paint)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [table, '', ...facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join('\n');
}

/** A run for each of several seeds: how good each network is with each, and on the mean. */
export function seedsText({ runs, means }: Omit<SeedsResult, 'warnings'>): string {
  const places = runs.map(({ seed, folder }) => `seed ${seed}  ${folder}`);
  if (means.length === 0) return places.join('\n');
  const table = printTable(
    ['network', ...runs.map(({ seed }) => `seed ${seed}`), 'mean', 'deviation', '95 % interval', 'non-zeros'],
    means.map(({ name, mean, deviation, low, high }, at) => {
      const networks = runs.map((run) => run.networks[at]);
      const counts = networks.map(({ nonZeros }) => nonZeros);
      const [least, most] = [Math.min(...counts), Math.max(...counts)];
      return [
        NAMES[name],
        ...networks.map(({ accuracy }) => finePercent(accuracy)),
        finePercent(mean),
        finePercent(deviation),
        runs.length < 2 ? '' : `${finePercent(low)} to ${finePercent(high)}`,
        least === most ? whole(least) : `${whole(least)} to ${whole(most)}`,
      ];
    }),
    { numeric: [...runs.keys(), runs.length, runs.length + 1].map((column) => column + 1) },
  );
  return [table, '', ...places].join('\n');
}

const finePercent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Lanes save cycles where weights are zero; a design without lanes saves LUTs. */
function hardwareFacts(hardware: Summary['hardware']): string[][] {
  const { interval, denseInterval, latency, beats, terms, denseTerms, estimate, romBits, roms } = hardware;
  const dense = denseInterval === null ? '' : ` sparse, ${whole(denseInterval)} dense`;
  const facts = [
    ['cycles per inference', `${whole(interval)}${dense}; latency ${whole(latency)}`],
    ['streams', `a sample in ${beatsText(beats.input)}, its result in ${beatsText(beats.output)}`],
  ];
  if (denseInterval === null)
    facts.push(['products', `${whole(terms)} of ${whole(denseTerms)}: a zero weight costs nothing`]);
  if (estimate !== null)
    facts.push(['cost model', `${describeEstimate(estimate)} on ${estimate.target}, before synthesis`]);
  if (roms > 0) facts.push(['ROM', `${whole(romBits)} bits in ${roms} ${roms === 1 ? 'image' : 'images'}`]);
  return facts;
}

/** Times that are not the predicted ones fail a run, so that they are told as such. */
function measuredText(
  { measuredInterval, measuredLatency }: Summary['simulation'],
  { interval, latency }: Summary['hardware'],
  paint: Paint,
): string {
  if (measuredInterval === null || measuredLatency === null)
    return 'interval and latency could not be measured';
  const isPredicted = measuredInterval === interval && measuredLatency === latency;
  const wrong = isPredicted ? '' : paint('red', ': not as predicted');
  return `an inference every ${cycles(measuredInterval)}, after ${whole(measuredLatency)}${wrong}`;
}
