import { percent, whole } from '../../core/number-text.js';
import { shareInterval } from '../../learn/statistics.js';
import type { ReportData } from '../data.js';
import { type Html, html, type TableCell, table, withInterval } from '../html.js';
import type { Section } from '../page.js';
import { describeMemory } from '../study.js';
import { type NetworkSummary, summarize, trainedNetworks } from '../summary.js';

const NAMES = {
  float: 'trained, floating point',
  scratch: 'student from scratch, floating point',
  distilled: 'distilled student, floating point',
  pruned: 'pruned, floating point',
  'fixed-point': 'fixed point, in hardware',
};

const nameOf = ({ name }: NetworkSummary, { distilled }: ReportData): string =>
  name === 'float' && distilled?.isOwnTeacher ? 'teacher, floating point' : NAMES[name];

/** Both students begin with the same weights and see the same batches. */
const compared = ({ temperature, alpha, isOwnTeacher }: NonNullable<ReportData['distilled']>) =>
  ` The student learns from ${isOwnTeacher ? 'the trained network' : 'a teacher from a file'} at temperature ${temperature}, alpha ${alpha}; without a teacher it starts
from the same weights and sees the same batches: only the teacher differs.`;

/** What each step from training to hardware costs and saves. */
export async function results(data: ReportData): Promise<Section> {
  const { rows } = summarize(data);
  const { distilled } = data;
  return {
    id: 'results',
    title: 'Results',
    body: html`${networkTable(data)}
${hardwareTable(data)}
<p class="soft">On the ${whole(rows.test)} test rows, which no step has seen; one row is ${percent(1 / rows.test)}. Intervals: 95 %, of the
share of right answers that another such test set would give, by Wilson’s score; networks that differ by less are told apart only on the
same folds, by <code>--study</code>.${distilled === undefined ? '' : compared(distilled)}</p>
${costNotes(data)}
<h3>Class by class</h3>
${detailTable(data)}`,
  };
}

const numeric = (title: string) => ({ title, numeric: true });

const NETWORK_COLUMNS = [
  { title: 'network' },
  numeric('accuracy [95 %]'),
  numeric('parameters'),
  numeric('not zero'),
  numeric('MACs'),
  numeric('not by zero'),
];

function networkTable(data: ReportData): Html {
  const { networks, rows } = summarize(data);
  const body = networks.map((network): TableCell[] => [
    nameOf(network, data),
    withInterval(shareInterval(network.accuracy, rows.test)),
    whole(network.parameters),
    whole(network.nonZeros),
    whole(network.macs),
    whole(network.nonZeroMacs),
  ]);
  return table(NETWORK_COLUMNS, body);
}

const HARDWARE_COLUMNS = [
  { title: 'in hardware' },
  numeric('cycles'),
  numeric('latency'),
  numeric('LUTs'),
  numeric('DSP blocks'),
  numeric('block RAM'),
  numeric('MCU flash'),
  numeric('MCU RAM'),
];

/** The design that was emitted, and what tools found of that very design. */
function hardwareTable(data: ReportData): Html {
  const { estimate, interval, latency } = summarize(data).hardware;
  const { memory } = data.quantized;
  const resources =
    estimate === null
      ? Array<string>(3).fill('unknown')
      : [estimate.luts + estimate.lutRams, estimate.dsps ?? 0, estimate.blockRams].map(whole);
  const emitted = [
    'fixed point, emitted',
    ...[interval, latency].map(whole),
    ...resources,
    ...[memory.flash, memory.ram].map(whole),
  ];
  return table(HARDWARE_COLUMNS, [emitted, ...synthesised(data)]);
}

const synthesised = ({ syntheses }: ReportData): TableCell[][] =>
  syntheses.map(({ target, resources: { luts, lutRams, dsps, blockRams } }) => [
    `the same, synthesised for ${target}`,
    '',
    '',
    ...[luts + lutRams, dsps, blockRams].map(whole),
    '',
    '',
  ]);

function costNotes({ manifest, quantized, syntheses }: ReportData): Html {
  const { estimate, architecture } = manifest;
  const model =
    estimate === undefined
      ? 'no cost model knows its LUTs before synthesis'
      : `LUTs (those used as memory too), DSP blocks and block RAM by the cost model for ${estimate.target}`;
  const tools = [...new Set(syntheses.map(({ yosys }) => yosys))];
  const measured =
    tools.length === 0
      ? html`; after <code>espalier synth</code> a run shows what that found beside it`
      : `, and below it as ${tools.join(', ')} found them`;
  return html`<p class="soft">MACs: multiplications of one sample, those by zero weights too; in fixed point
those by padding are left out as well. Cycles and latency: of the design that was emitted,
${architecture}; ${model}${measured}. MCU bytes: the same integers as C, ${describeMemory(quantized.memory)}. A network in floating point has
no hardware; what each costs in integers is told by <code>--study</code>.</p>`;
}

function detailTable(data: ReportData): Html {
  const { networks } = summarize(data);
  const evaluations = [...trainedNetworks(data).map(({ network }) => network.test), data.quantized.test];
  const last = data.base.test.classes.at(-1)?.name ?? '';
  const columns = [
    { title: 'network' },
    numeric('epochs'),
    numeric(`sensitivity for ${last}`),
    numeric(`specificity for ${last}`),
    numeric('ROC AUC'),
  ];
  const rows = networks.map((network, index) => {
    const { recall, specificity } = evaluations[index].classes.at(-1)!;
    const { rocAuc, epochs } = network;
    return [
      nameOf(network, data),
      epochs === null ? '' : whole(epochs),
      percent(recall),
      percent(specificity),
      rocAuc === null ? '' : rocAuc.toFixed(4),
    ];
  });
  return table(columns, rows);
}
