import type { Manifest } from '../manifest.js';
import type { StreamPort } from '../manifest-buses.js';
import { isIdentifier, NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import { madeBy } from '../verilog.js';

interface Port {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly width?: number;
}

const portsOf = (input: StreamPort, output: StreamPort): readonly Port[] => [
  { name: 'aclk', direction: 'in' },
  { name: 'aresetn', direction: 'in' },
  { name: 's_axis_tdata', direction: 'in', width: input.width },
  { name: 's_axis_tvalid', direction: 'in' },
  { name: 's_axis_tready', direction: 'out' },
  { name: 's_axis_tlast', direction: 'in' },
  { name: 'm_axis_tdata', direction: 'out', width: output.width },
  { name: 'm_axis_tvalid', direction: 'out' },
  { name: 'm_axis_tready', direction: 'in' },
  { name: 'm_axis_tlast', direction: 'out' },
  { name: 'frame_error', direction: 'out' },
];

/** A name of Verilog in VHDL: between backslashes where VHDL has no plain identifier of that form. */
const vhdlName = (name: string): string =>
  isIdentifier(name) && /^[A-Za-z](_?[A-Za-z0-9])*$/.test(name) ? name : `\\${name}\\`;

/** `vhdl/`: the component of a design in a package, and an entity that holds it. */
export function vhdlFile({ top, stream, generator }: Manifest): [file: string, text: string] {
  const stem = new NameSpace([top]).claimFamily(top, ['_vhdl', '_component']);
  const ports = portsOf(stream.input, stream.output);
  const names = Math.max(...ports.map(({ name }) => name.length));
  const text = renderTemplate('project/vhdl.vhd', {
    top,
    madeBy: madeBy(generator),
    component: vhdlName(top),
    package: vhdlName(`${stem}_component`),
    entity: vhdlName(`${stem}_vhdl`),
    ports: ports.map(({ name, direction, width }, at) => {
      const type = width === undefined ? 'std_logic' : `std_logic_vector(${width - 1} downto 0)`;
      return `${name.padEnd(names)} : ${direction.padEnd(3)} ${type}${at === ports.length - 1 ? '' : ';'}`;
    }),
    map: ports.map(({ name }, at) => `${name.padEnd(names)} => ${name}${at === ports.length - 1 ? '' : ','}`),
  });
  return [`vhdl/${stem}_vhdl.vhd`, text];
}
