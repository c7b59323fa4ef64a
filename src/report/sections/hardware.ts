import { percent, whole } from '../../core/number-text.js';
import type { LaneTiming, LayerTiming, Manifest, Timing } from '../../emit/manifest.js';
import { cyclesChart } from '../charts/cycles.js';
import { lanesChart } from '../charts/lanes.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, table } from '../html.js';
import type { Section } from '../page.js';
import { describeEstimate, layersWithLanes } from '../summary.js';

/** What the design computes and when, and its ROMs. */
export async function hardware({ manifest }: ReportData): Promise<Section> {
  const { timing, folded, unreadInputs } = manifest;
  const constants = folded.reduce((sum, layer) => sum + layer.constants.length, 0);
  const unread = folded.reduce((sum, layer) => sum + layer.unread.length, 0);
  const layers = layersWithLanes(timing);
  const others = timing.layers.filter(({ schedule }) => schedule === undefined);
  const cycle = timing.interval === 1 ? 'clock cycle' : 'clock cycles';
  return {
    id: 'hardware',
    title: 'Hardware',
    body: html`<p>Micro-architecture <b>${manifest.architecture}</b>: one inference every <b>${whole(timing.interval)}</b>
${cycle}, <b>${whole(timing.latency)}</b> from its input to its output.</p>
${layers.length === 0 ? undefined : lanesTable(layers)}
${others.length === 0 ? undefined : unrolled(others, manifest.estimate)}
<p class="soft">Folded away, exactly: ${whole(constants)} neurons that cannot change, ${whole(unread)} that nobody reads,
${whole(unreadInputs.length)} inputs that nobody reads.</p>
${layers.length === 0 ? undefined : await laneFigures(timing, layers)}
${romTable(manifest)}`,
  };
}

/** Where every product has hardware of its own. */
function unrolled(layers: readonly LayerTiming[], estimate: Manifest['estimate']): Html {
  const columns = [
    { title: 'layer' },
    { title: 'products', numeric: true },
    { title: 'with the zeros', numeric: true },
    { title: 'latency', numeric: true },
  ];
  const rows = layers.map(({ layer, terms, denseTerms, latency }) => [
    layer,
    whole(terms),
    whole(denseTerms),
    whole(latency),
  ]);
  return html`${table(columns, rows)}
<p class="soft">Every product has adders or a table of its own, so that a zero weight costs nothing. Latency in clock cycles.</p>
${estimate === undefined ? undefined : html`<p>By the cost model ${describeEstimate(estimate)} on ${estimate.target}, before synthesis.</p>`}`;
}

/** The lanes beside an engine which walks the zeros too. */
function lanesTable(layers: readonly LaneTiming[]): Html {
  const columns = [
    { title: 'layer' },
    { title: 'lanes', numeric: true },
    { title: 'products', numeric: true },
    { title: 'dense', numeric: true },
    { title: 'interval', numeric: true },
    { title: 'dense', numeric: true },
    { title: 'latency', numeric: true },
  ];
  const rows = layers.map((layer) => [
    layer.layer,
    whole(layer.lanes),
    whole(layer.terms),
    whole(layer.denseTerms),
    whole(layer.interval),
    whole(layer.denseInterval),
    whole(layer.latency),
  ]);
  return html`${table(columns, rows)}
<p class="soft">Cycles; “dense” is what an engine with as many lanes needs that multiplies by the zeros too.</p>`;
}

/** Cycles, and how the lanes are filled. */
async function laneFigures(timing: Timing, layers: readonly LaneTiming[]): Promise<Html> {
  const cycles = await drawSvg(cyclesChart(layers), 'Cycles per sample of each layer, sparse and dense');
  const svg = await drawSvg(
    lanesChart(timing),
    'Gantt chart: which unit of which sample each lane works on, by clock cycle',
  );
  const fills = layers.map(({ layer, terms, lanes }) => {
    return `${layer} ${percent(terms / (lanes * timing.interval))}`;
  });
  return html`${figures([cycles])}
${figures([svg])}
<p class="soft">Bars are units, by their number; layers work on consecutive samples at the same time. Of its lanes’ cycles each
layer multiplies in: ${fills.join(', ')}.</p>`;
}

function romTable({ roms }: Manifest): Html | undefined {
  if (roms.length === 0) return undefined;
  const columns = [
    { title: 'ROM' },
    { title: 'holds' },
    { title: 'words', numeric: true },
    { title: 'bits', numeric: true },
  ];
  const rows = roms.map(({ file, layer, purpose, width, depth }) => [
    html`<code>${file}</code>`,
    `${layer}: ${purpose}`,
    whole(depth),
    `${width} × ${depth} = ${whole(width * depth)}`,
  ]);
  return html`<h3>ROM images</h3>
${table(columns, rows)}`;
}
