import type { BoardNotes } from './board/index.js';
import { lengthOf, runPlace, runsForPeople, runText } from './field-runs.js';
import type { Manifest } from './manifest.js';
import type { FieldRun, StreamPort } from './manifest-buses.js';
import { renderTemplate } from './template.js';
import { commentText, count, madeBy } from './verilog.js';

/** The widest TDATA of the vendors' stream IP. */
const MOST_STREAM_BITS = 8 * 512;

/** What lies beside the Verilog for people and tools: a read-me, a file list, a Vivado script. */
export function companionFiles(manifest: Manifest, board?: BoardNotes): Map<string, string> {
  const { top, sources, roms, stream, timing, generator, inputs } = manifest;
  const names = (records: readonly { file: string }[]) => records.map(({ file }) => file.replace('rtl/', ''));
  return new Map([
    [`rtl/${top}.f`, `${names(sources).join('\n')}\n`],
    [
      'README.md',
      renderTemplate('design/README.md', {
        name: manifest.name,
        architecture: manifest.architecture,
        top,
        version: commentText(generator.version),
        command: commentText(generator.command),
        interval: count(timing.interval, 'cycle'),
        latency: count(timing.latency, 'cycle'),
        wide: Math.max(stream.input.width, stream.output.width) > MOST_STREAM_BITS,
        inputBeats: beatsText(stream.input),
        outputBeats: beatsText(stream.output),
        inputPlace: placeText('s_axis_tdata', stream.input),
        outputPlace: placeText('m_axis_tdata', stream.output),
        inputs: runsForPeople(stream.input.fields).map(fieldView),
        outputs: runsForPeople(stream.output.fields).map(fieldView),
        decimals: inputs && {
          list: inputs.decimals.join(' '),
          error: inputs.error,
          layer: timing.layers[0].layer,
        },
        madeFrom: manifest.madeFrom && {
          files: manifest.madeFrom.files.map(({ name, sha256 }) => ({ name: commentText(name), sha256 })),
          account: manifest.madeFrom.account.map(commentText),
        },
        board,
        warnings: (manifest.warnings ?? []).map(({ where, got, wanted }) =>
          commentText(`${where}: ${got}; wanted ${wanted}`),
        ),
      }),
    ],
    [
      'vendor/vivado.tcl',
      renderTemplate('design/vivado.tcl', {
        top,
        madeBy: madeBy(generator),
        sources: names(sources),
        roms: names(roms),
      }),
    ],
  ]);
}

const beatsText = ({ beats, width }: StreamPort): string => `${count(beats, 'beat')} of ${width} bits`;

const placeText = (port: string, { beats, width }: StreamPort): string =>
  beats === 1
    ? `bits of \`${port}\``
    : `bits of the sample: beat k has bits ${width}k to ${width}k + ${width - 1}`;

function fieldView(run: FieldRun) {
  const { kind, name, format } = run;
  const isOne = lengthOf(run) === 1;
  const meanings = {
    input: runText(run, 'input'),
    value: runText(run, 'output'),
    class: 'class',
    probability: 'probability',
  };
  const label = !isOne || name === undefined ? '' : ` (${name.replaceAll('|', '\\|')})`;
  return {
    place: runPlace(run),
    meaning: `${meanings[kind]}${label}`,
    format,
    suffix: isOne ? '' : ' each',
  };
}
