import { whole } from '../../core/number-text.js';
import type { Difference } from '../../cosim/diagnose.js';
import { describeDifference, describeMeasured } from '../../cosim/record.js';
import type { ReportData } from '../data.js';
import { type Html, html, table } from '../html.js';
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
      : html`<p class="verdict bad">${differing(record.differing)}. The first: ${describeDifference(difference)}.</p>
<p>${repeated(difference)}</p>`;
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

const differing = (count: number): string =>
  count === 1 ? '1 sample differs' : `${whole(count)} samples differ`;

/** What else is known of a difference: what it takes to see it, and where to look. */
function repeated({ alone, wave }: Difference): Html {
  const how = alone
    ? 'The sample alone, without stalls, shows it too'
    : 'The sample alone, without stalls, does not show it: what went before it matters';
  const where = wave === undefined ? '' : html`; the waveform is <code>simulate/${wave}</code>`;
  return html`${how}${where}.`;
}

const ORIGINS: Readonly<Record<string, string>> = {
  regression: 'that once failed',
  data: 'rows of the data',
  corner: 'corners of the input range',
  random: 'random',
};
