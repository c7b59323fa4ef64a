import { whole } from '../../core/number-text.js';
import { describeDifference, describeMeasured } from '../../cosim/record.js';
import type { ReportData } from '../data.js';
import { html, table } from '../html.js';
import type { Section } from '../page.js';

/** What was compared between the Verilog and the integer network. */
export async function simulation({ simulation: record }: ReportData): Promise<Section> {
  const { segments, engine, stalls, seed, layersCompared, interval, latency, difference } = record;
  const rows = segments
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => [ORIGINS[kind], whole(count)]);
  const verdict =
    difference === null
      ? html`<p class="verdict good">Every output bit of every vector equals the integer network’s.</p>`
      : html`<p class="verdict bad">${whole(record.differing)} samples differ. The first: ${describeDifference(difference)}</p>`;
  return {
    id: 'simulation',
    title: 'Co-simulation',
    body: html`${verdict}
${table([{ title: 'vectors' }, { title: 'compared', numeric: true }], rows)}
<p>Initiation interval: ${describeMeasured(interval)}. Latency: ${describeMeasured(latency)}.</p>
<p class="soft">${engine.version}; stalls on both streams: ${stalls}; seed ${seed}; ${
      layersCompared.length > 0
        ? `activations compared too: ${layersCompared.join(', ')}`
        : 'outputs compared'
    }.</p>`,
  };
}

const ORIGINS: Readonly<Record<string, string>> = {
  regression: 'that once failed',
  data: 'rows of the data',
  corner: 'corners of the input range',
  random: 'random',
};
