import { didYouMean, raise } from '../core/errors.js';
import { whole } from '../core/number-text.js';
import { megahertz } from './board/megahertz.js';

const manifestProblem = (where: string, got: string, wanted: string) =>
  raise({ code: 'emit/manifest', where, got, wanted, hint: 'emit the design again' });

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  notADesign: (place: string, got: string, likely?: string) =>
    raise({
      code: 'emit/not-a-design',
      where: place,
      got,
      wanted: 'the folder of an emitted design',
      ...didYouMean(likely),
    }),
  manifestUnreadable: (file: string, got: string) =>
    manifestProblem(file, got, 'a manifest of this version of Espalier (espalier/manifest, version 2)'),
  /** @param where the file and the path of the member */
  manifestMember: (where: string, got: string, wanted: string) => manifestProblem(where, got, wanted),
  manifestFact: (where: string, got: string, wanted: string) =>
    manifestProblem(where, got, `${wanted}, as follows from network.json`),
  fileMissing: (file: string, what: string) =>
    raise({
      code: 'emit/file-missing',
      where: file,
      got: 'no such file',
      wanted: what,
      hint: 'emit the design again',
    }),
  /** A warning: nothing here reads these files. */
  companionsEdited: (folder: string, files: readonly string[]) =>
    raise({
      code: 'emit/companions-edited',
      where: folder,
      got: `${files.join(', ')}: not as emitted`,
      wanted: 'the files for other tools as they belong to this design',
      hint: 'nothing here reads them; vendor tools do',
    }),
  fileOutside: (file: string) =>
    raise({
      code: 'emit/file-outside',
      where: file,
      got: 'a link that leads out of the folder',
      wanted: 'a file of the design',
    }),
  boardLink: (board: string, name: string, known: readonly string[], likely?: string) =>
    raise({
      code: 'emit/board-link',
      where: 'hardware.board.link',
      got: JSON.stringify(name),
      wanted: `a link of the ${board}: ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
  sampleTooWide: (network: string, side: string, bits: number, most: number) =>
    raise({
      code: 'emit/sample-too-wide',
      where: `${network}, its ${side}`,
      got: `a sample of ${whole(bits)} bits`,
      wanted: `at most ${whole(most)} bits`,
      hint: 'smaller pictures, or fewer bits for each code; a run without hardware ends with --until quantize',
    }),
  tooManyCodes: (where: string, codes: number, most: number) =>
    raise({
      code: 'emit/too-many-codes',
      where,
      got: `${whole(codes)} codes on buses`,
      wanted: `at most ${whole(most)}`,
      hint: 'smaller pictures; a run without hardware ends with --until quantize',
    }),
  busTooWide: (where: string, bits: number, most: number) =>
    raise({
      code: 'emit/bus-too-wide',
      where,
      got: `a bus of ${whole(bits)} bits`,
      wanted: `at most ${whole(most)} bits`,
      hint: 'beats of fewer bits (hardware.stream.width); a first layer that takes a sample beat by beat: a convolution, a pool, or serial lanes',
    }),
  /** @param wanted the default first */
  boardBeat: (link: string, got: string, wanted: readonly (number | string)[]) =>
    raise({
      code: 'emit/board-beat',
      where: 'hardware.stream.width',
      got,
      wanted: `${wanted.join(', ')}, the beats of the link ${link}`,
      hint: `leave it out, or --beat ${wanted[0]}`,
    }),
  boardBaud: (baud: number, hertz: number, nearest: number) =>
    raise({
      code: 'emit/board-baud',
      where: 'hardware.board.baud',
      got: String(baud),
      wanted: `a rate that ${megahertz(hertz)} can be divided down to within 2 %, in 6 cycles a bit or more`,
      hint: `the nearest is ${nearest}`,
    }),
  boardClock: (board: string, got: number, from: number, nearest: number) =>
    raise({
      code: 'emit/board-clock',
      where: 'hardware.board.clock',
      got: megahertz(got),
      wanted: `a frequency that the PLL of the ${board} makes of ${megahertz(from)} exactly`,
      hint: `the nearest is ${megahertz(nearest)}`,
    }),
  /** @param needed and what the part has, such as `at least 3,000 flip-flops` */
  boardTooSmall: (design: string, board: string, part: string, needed: string, has: string) =>
    raise({
      code: 'emit/board-too-small',
      where: `${design} on the ${board}`,
      got: `a design of about ${needed}`,
      wanted: `at most ${has}, which ${part} has`,
      hint: 'use hardware.architecture serial, fewer lanes, a smaller network, or a larger board',
    }),
  boardTooFast: (design: string, board: string, hertz: number, reached: number) =>
    raise({
      code: 'emit/board-too-fast',
      where: `${design} on the ${board}`,
      got: `a clock of ${megahertz(hertz)}`,
      wanted: `about ${megahertz(reached)} or less, by the estimate of its longest path`,
      hint: `choose a slower clock (--clock ${Math.floor(reached / 1e6)}), or in parallel layers fewer adders between registers (hardware.adderLevelsPerStage)`,
    }),
};
