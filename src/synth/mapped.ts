import type { CellClass, Family } from './families.js';

/** The parts of Yosys's `write_json` that are read here. A bit is a net's number or a constant. */
export interface MappedDesign {
  readonly modules: Readonly<Record<string, MappedModule>>;
}

export interface MappedModule {
  readonly attributes: Readonly<Record<string, string>>;
  readonly ports: Readonly<
    Record<string, { readonly direction: string; readonly bits: readonly MappedBit[] }>
  >;
  readonly cells: Readonly<Record<string, MappedCell>>;
}

export interface MappedCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions: Readonly<Record<string, 'input' | 'output' | 'inout'>>;
  readonly connections: Readonly<Record<string, readonly MappedBit[]>>;
}

export type MappedBit = number | string;

/** What a cell of the family is; nothing for an instance of one of the design's own modules. */
export function classOf(family: Family, design: MappedDesign, type: string): CellClass | undefined {
  if (isModule(design, type)) return undefined;
  return family.cells.find(([pattern]) => pattern.test(type))?.[1] ?? { kind: 'other' };
}

/** Whether the design itself defines the module, as against the family's library. */
export function isModule(design: MappedDesign, type: string): boolean {
  const module = design.modules[type];
  return module !== undefined && !('blackbox' in module.attributes) && !('whitebox' in module.attributes);
}

/** A module's name for people: Yosys's `$paramod\\sum\\W=s32'…1001` is `sum #(W=9)`. */
export function moduleName(raw: string): string {
  const [head, name, ...parameters] = raw.split('\\');
  if (!head.startsWith('$paramod')) return raw;
  const hash = head.slice('$paramod$'.length);
  if (hash !== '') return `${name} #(${hash.slice(0, 8)})`;
  const values = parameters.map((text) => {
    const [, parameter, sign, bits] = /^(\w+)=(s?)\d+'([01]+)$/.exec(text) ?? [];
    if (parameter === undefined) return text;
    const value = BigInt(`0b${bits}`);
    return `${parameter}=${sign === 's' ? BigInt.asIntN(bits.length, value) : value}`;
  });
  return `${name} #(${values.join(', ')})`;
}
