// Writes the support table of docs/import.md, from the lists of formats and operators.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const file = path.join(root, 'docs', 'import.md');
const BEGIN = '<!-- made by npm run import-table -->';
const END = '<!-- end -->';

export async function importText(before) {
  const { IMPORTERS } = await import('../dist/exchange/importers/index.js');
  const { OPERATORS } = await import('../dist/exchange/importers/onnx/operators/index.js');
  const formats = IMPORTERS.map(({ format, title }) => `| \`${format}\` | ${title} |`);
  const tflite = await import('../dist/exchange/importers/tflite/operators/index.js');
  const { LAYER_CLASSES } = await import('../dist/exchange/importers/keras/classes/index.js');
  const graphs = await import('../dist/exchange/importers/tfjs/graph/operators.js');
  const named = (list) =>
    Object.keys(list)
      .sort()
      .map((name) => `\`${name}\``)
      .join(', ');
  const table = [
    '| format | file |',
    '| --- | --- |',
    ...formats,
    '',
    `Operators of ONNX: ${named(OPERATORS)}.`,
    '',
    `Operators of TFLite: ${named(tflite.OPERATORS)}.`,
    '',
    `Operators of graph models of TensorFlow.js: ${named(graphs.GRAPH_OPERATORS)}.`,
    '',
    `Layers of Keras and TensorFlow.js: ${named(LAYER_CLASSES)}.`,
  ];
  const [head, rest] = before.split(BEGIN);
  const tail = rest.slice(rest.indexOf(END));
  return `${head}${BEGIN}\n\n${table.join('\n')}\n\n${tail}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(file, await importText(readFileSync(file, 'utf8')));
}
