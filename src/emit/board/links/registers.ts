import { bitsFor } from '../../../fixed/format.js';
import { primitiveText } from '../../primitives.js';
import { count } from '../../verilog.js';
import type { BoardBuild, BoardDesign, BoardLink } from '../build.js';
import { coreInstance, LINK_STREAMS, parameter, printTop } from '../top.js';
import {
  AVALON_MM,
  AXI_LITE,
  bankInstance,
  bankSignals,
  busInstance,
  clockPorts,
  coreSignals,
  interruptPort,
  type RegisterBus,
  widthOfAddress,
} from './host-bus.js';

/** A bus of registers alone: a processor writes samples and reads results, word by word. */
const registersOn = (name: BoardLink['name'], bus: RegisterBus): BoardLink => {
  const describe: BoardLink['describe'] = ({ manifest: { stream } }) => [
    `Registers on ${bus.title}, as docs/registers.md lists them.`,
    `A sample is ${count(stream.input.beats, 'word')}, its result ${stream.output.beats}.`,
  ];
  const build = (of: BoardBuild): BoardDesign => {
    const { manifest, board, top } = of;
    const address = widthOfAddress(manifest);
    const ports = [...clockPorts(bus, []), ...bus.ports(address), interruptPort(bus)];
    const text = printTop(of, {
      what: `${manifest.name} on the ${board.title}, as registers on ${bus.title}`,
      notes: describe(of),
      ports,
      signals: [...bankSignals(address), ...coreSignals(manifest)],
      instances: [busInstance(bus, address), bank(of), coreInstance(manifest, 'core_aresetn')],
      assigns: [],
      unused: [],
    });
    const primitives = [bus.module, 'espalier_registers'];
    return {
      ports,
      sources: new Map([...primitives.map((one) => [one, primitiveText(one)] as const), [top, text]]),
      buses: { addressWidth: address },
    };
  };
  return { name, beats: [32, 16, 8], clock: 'processor', host: bus.host, describe, build };
};

const bank = (build: BoardBuild) =>
  bankInstance(
    build,
    'espalier_registers',
    [parameter('IN_COUNT_WIDTH', bitsFor(build.manifest.stream.input.beats))],
    [...LINK_STREAMS, ['s_axis_tlast', 'out_last'], ['frame_error_i', 'frame_error']],
  );

/** For Zynq and MicroBlaze. */
export const axiLite = registersOn('axi-lite', AXI_LITE);
/** For Cyclone V SoC and Nios. */
export const avalonMm = registersOn('avalon-mm', AVALON_MM);
