import { percent, whole } from '../../core/number-text.js';
import { floatKindOf } from '../../float/layers/index.js';
import { rowsOf } from '../../float/tensor.js';
import type { FloatNetwork } from '../../float/types.js';
import { kindOf } from '../../network/layers/index.js';
import type { Layer } from '../../network/types.js';
import { kernelChart } from '../charts/kernel.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, type Html, html, table } from '../html.js';
import type { Section } from '../page.js';
import { deployedOf } from '../summary.js';

/** A map is drawn where its cells can still be told apart. */
const LARGEST = 5_000;

/** Which weights are left: before pruning, and as the hardware has them. */
export async function sparsity({ quantized, data, pruned, ...networks }: ReportData): Promise<Section> {
  const pairs: Html[] = [];
  const weighted = quantized.network.layers.filter((layer) => kindOf(layer).weights(layer).length > 0);
  for (const layer of weighted) {
    const before = kernelOf(deployedOf(networks).network, layer.name);
    if (before === undefined || before.length * before[0].length > LARGEST) continue;
    const isFirst = layer === weighted[0] && before.length === data.features.length;
    const inputs = isFirst ? data.features : before.map((_, unit) => `unit ${unit}`);
    const trained = `${layer.name}: trained`;
    const left = `${layer.name}: in hardware`;
    const svgs = [
      await drawSvg(kernelChart(trained, before, inputs), `Weights of ${trained}`),
      await drawSvg(kernelChart(left, matrixOf(layer), inputs), `Codes of ${left}`),
    ];
    pairs.push(figures(svgs));
  }
  const columns = [
    { title: 'layer' },
    { title: 'shape' },
    { title: 'weights', numeric: true },
    { title: 'not zero', numeric: true },
    { title: 'zeros', numeric: true },
  ];
  const rows = weighted.map((layer) => {
    const matrix = matrixOf(layer);
    const codes = matrix.flat();
    const left = codes.filter((code) => code !== 0).length;
    const shape = `${matrix.length} × ${matrix[0].length}`;
    return [layer.name, shape, whole(codes.length), whole(left), percent(1 - left / codes.length)];
  });
  return {
    id: 'sparsity',
    title: 'Sparsity',
    body: html`${table(columns, rows)}${pairs}
<p class="soft">A cell per weight, by sign and size; an empty cell is exactly zero${
      pruned === undefined ? '' : ', and costs neither a ROM word nor a cycle'
    }.</p>`,
  };
}

/** A trained layer's weights, [read][unit]; undefined where folding has made the layer. */
function kernelOf({ layers }: FloatNetwork, name: string): number[][] | undefined {
  const layer = layers.find((one) => one.name === name);
  const [kernel] = layer === undefined ? [] : floatKindOf(layer).parameters(layer);
  if (kernel === undefined || kernel.role !== 'weights') return undefined;
  const { bias } = layer as unknown as { readonly bias: Float64Array };
  return rowsOf({ shape: [kernel.values.length / bias.length, bias.length], values: kernel.values });
}

/** A layer's weights, [read][unit]. */
function matrixOf(layer: Layer): number[][] {
  const [{ codes, formats }] = kindOf(layer).weights(layer);
  const units = formats.length;
  return Array.from({ length: codes.length / units }, (_, row) =>
    codes.slice(row * units, (row + 1) * units),
  );
}
