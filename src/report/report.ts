import { percent, whole } from '../core/number-text.js';
import { placeFloatLayers } from '../float/graph.js';
import { printShape } from '../network/tensor.js';
import type { ReportData } from './data.js';
import { type Html, html } from './html.js';
import { markdownOf } from './markdown.js';
import { page, type Section } from './page.js';
import { answer } from './sections/answer.js';
import { bits } from './sections/bits.js';
import { confusion } from './sections/confusion.js';
import { dataset } from './sections/dataset.js';
import { distillation } from './sections/distillation.js';
import { hardware } from './sections/hardware.js';
import { microcontroller } from './sections/microcontroller.js';
import { pictures } from './sections/pictures.js';
import { quantization } from './sections/quantization.js';
import { reproduce } from './sections/reproduce.js';
import { results } from './sections/results.js';
import { simulation } from './sections/simulation.js';
import { sparsity } from './sections/sparsity.js';
import { training } from './sections/training.js';
import { variants } from './sections/variants.js';
import { deployedOf, type Summary, summarize } from './summary.js';
import { warningsOf } from './warnings.js';

/** Every section, one line each, in the order of the page. */
const SECTIONS: readonly ((data: ReportData) => Promise<Section | undefined>)[] = [
  answer,
  variants,
  bits,
  distillation,
  microcontroller,
  results,
  training,
  confusion,
  pictures,
  sparsity,
  quantization,
  hardware,
  simulation,
  dataset,
  reproduce,
];

export interface RenderedReport {
  /** One page that needs no other file. */
  readonly html: string;
  /** The same without the pictures. */
  readonly markdown: string;
}

/** The report of a run; what was not run has no section. The same data give the same bytes. */
export async function renderReport(data: ReportData): Promise<RenderedReport> {
  const sections: Section[] = [];
  for (const make of SECTIONS) {
    const section = await make(data);
    if (section !== undefined) sections.push(section);
  }
  const top = head(summarize(data), data);
  const foot = html`Made by Espalier ${data.manifest.generator.version}.`;
  const texts = sections.map(({ title, body }) => `## ${title}\n\n${markdownOf(body)}`);
  return {
    html: page(`${data.model} · Espalier`, top, sections, foot),
    markdown: `${[markdownOf(top), ...texts, markdownOf(foot)].join('\n\n')}\n`,
  };
}

function head(summary: Summary, data: ReportData): Html {
  const { hardware, simulation, networks } = summary;
  const last = networks[networks.length - 1];
  const { network } = deployedOf(data);
  const sizes = [network.input.shape, ...placeFloatLayers(network).map(({ output }) => output)].map(
    printShape,
  );
  const verdict = simulation.passed
    ? html`<p class="verdict good">✓ ${whole(simulation.vectors)} vectors compared, 0 differences</p>`
    : html`<p class="verdict bad">✗ the Verilog does not equal the network, or its timing is not as predicted</p>`;
  const tiles = [
    [percent(last.accuracy), 'accuracy in fixed point'],
    [`${whole(last.nonZeros)} of ${whole(last.parameters)}`, 'parameters that are not zero'],
    ...hardwareTiles(hardware),
  ];
  const warnings = warningsOf(data).map(
    ({ code, where, got, wanted, hint }) =>
      html`\n<p class="bad">Warning, ${where}: ${got}; wanted ${wanted}. Hint: ${hint ?? ''} [${code}]</p>`,
  );
  return html`<h1>${data.model}</h1>
<p class="soft">A network of ${sizes.join('-')}, from its data to its Verilog</p>
${verdict}${warnings}
<div class="tiles">${tiles.map(([value, name]) => html`<div class="tile"><b>${value}</b> <span>${name}</span></div>`)}</div>`;
}

/** Lanes save cycles where weights are zero; a design without lanes saves LUTs. */
function hardwareTiles(hardware: Summary['hardware']): [value: string, name: string][] {
  const { interval, denseInterval, latency, terms, denseTerms, estimate, romBits, roms } = hardware;
  const tiles: [string, string][] = [[whole(latency), 'cycles latency']];
  if (denseInterval !== null)
    tiles.unshift([whole(interval), `cycles per inference (dense ${whole(denseInterval)})`]);
  else {
    tiles.unshift([whole(interval), interval === 1 ? 'cycle per inference' : 'cycles per inference']);
    tiles.push([`${whole(terms)} of ${whole(denseTerms)}`, 'products, a zero weight has none']);
  }
  if (estimate !== null) tiles.push([whole(estimate.luts), `LUTs of ${estimate.target}, by the cost model`]);
  if (roms > 0) tiles.push([whole(romBits), `ROM bits in ${roms} ${roms === 1 ? 'image' : 'images'}`]);
  return tiles;
}
