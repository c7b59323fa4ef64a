import type { Timing } from '../../emit/manifest.js';
import { cyclesChart } from '../charts/cycles.js';
import { lanesChart } from '../charts/lanes.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, percent, table, whole } from '../html.js';
import type { Section } from '../page.js';

/** The schedule of the lanes beside that of an engine which walks the zeros too, and the ROMs. */
export async function hardware({ manifest }: ReportData): Promise<Section> {
  const { timing, roms, folded, unreadInputs } = manifest;
  const columns = [
    { title: 'layer' },
    { title: 'lanes', numeric: true },
    { title: 'products', numeric: true },
    { title: 'dense', numeric: true },
    { title: 'interval', numeric: true },
    { title: 'dense', numeric: true },
    { title: 'latency', numeric: true },
  ];
  const schedule = timing.layers.map((layer) => [
    layer.layer,
    whole(layer.lanes),
    whole(layer.terms),
    whole(layer.denseTerms),
    whole(layer.interval),
    whole(layer.denseInterval),
    whole(layer.latency),
  ]);
  const romColumns = [
    { title: 'ROM' },
    { title: 'holds' },
    { title: 'words', numeric: true },
    { title: 'bits', numeric: true },
  ];
  const romRows = roms.map(({ file, layer, purpose, width, depth }) => [
    html`<code>${file}</code>`,
    `${layer}: ${purpose}`,
    whole(depth),
    `${width} × ${depth} = ${whole(width * depth)}`,
  ]);
  const constants = folded.reduce((sum, layer) => sum + layer.constants.length, 0);
  const unread = folded.reduce((sum, layer) => sum + layer.unread.length, 0);
  const cycles = await drawSvg(
    cyclesChart(timing.layers),
    'Cycles per sample of each layer, sparse and dense',
  );
  return {
    id: 'hardware',
    title: 'Hardware',
    body: html`<p>Micro-architecture <b>${manifest.architecture}</b>: one inference every <b>${whole(timing.interval)}</b>
clock cycles, <b>${whole(timing.latency)}</b> from its input to its output.</p>
${table(columns, schedule)}
<p class="soft">Cycles; “dense” is what an engine with as many lanes needs that multiplies by the zeros too.
Folded away, exactly: ${whole(constants)} neurons that cannot change, ${whole(unread)} that nobody reads,
${whole(unreadInputs.length)} inputs that nobody reads.</p>
${figures([cycles])}
${await lanes(timing)}
<h3>ROM images</h3>
${table(romColumns, romRows)}`,
  };
}

/** How the lanes are filled; a design without lanes has none to show. */
async function lanes(timing: Timing): Promise<Html | undefined> {
  if (timing.layers.every(({ schedule }) => schedule === undefined)) return undefined;
  const svg = await drawSvg(
    lanesChart(timing),
    'Gantt chart: which unit of which sample each lane works on, by clock cycle',
  );
  const fills = timing.layers.map(({ layer, terms, lanes }) => {
    return `${layer} ${percent(terms / (lanes * timing.interval))}`;
  });
  return html`${figures([svg])}
<p class="soft">Bars are units, by their number; layers work on consecutive samples at the same time. Of its lanes’ cycles each
layer multiplies in: ${fills.join(', ')}.</p>`;
}
