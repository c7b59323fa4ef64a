import { invariant } from '../../core/assert.js';
import { type Circuit, CircuitBuilder, mapOperands, type Operation, operandsOf } from './circuit.js';
import { delayOf } from './delay.js';
import { bitReaders } from './read-bits.js';
import { fewestRegisters, type KeptBits, type TimedNode } from './retime.js';

/** Adders that may follow each other between two registers; or registers between the layers only, or none. */
export type LevelsPerStage = number | 'layer' | 'none';

/** When a value is there: after so many registers, and so many adders behind the last of them. */
interface Time {
  readonly stage: number;
  readonly level: number;
}

/**
 * Puts registers into the circuit, in as few stages as the levels allow and with as few bits as these stages allow.
 * A layer's codes leave it together, and the next layer starts with them; the last layer's are not registered, the
 * output stream's buffer does that.
 */
export function pipelineCircuit(circuit: Circuit, levelsPerStage: LevelsPerStage): Circuit {
  if (levelsPerStage === 'none') return circuit;
  const levels = levelsPerStage === 'layer' ? Number.POSITIVE_INFINITY : levelsPerStage;
  return new Pipeline(circuit, levels).run(levelsPerStage === 'layer');
}

class Pipeline {
  private readonly builder = new CircuitBuilder();
  private readonly times: Time[] = [];
  private readonly readers: number[][];
  private readonly bitReaders: number[][][];
  /** A value's number in the new circuit, by stage. */
  private readonly copies: number[][] = [];
  private start = 0;

  constructor(
    private readonly circuit: Circuit,
    private readonly levels: number,
  ) {
    this.readers = circuit.values.map(() => []);
    circuit.values.forEach(({ operation }, number) => {
      for (const operand of new Set(operandsOf(operation))) this.readers[operand].push(number);
    });
    this.bitReaders = bitReaders(circuit);
  }

  run(registerLayers: boolean): Circuit {
    const { circuit } = this;
    const inputs = circuit.inputs.map((input) => {
      if (input.value === undefined) return input;
      this.times[input.value] = { stage: 0, level: 0 };
      return { ...input, value: this.place(input.value) };
    });
    const layers = circuit.layers.map((layer, index) => {
      const numbers = circuit.values.flatMap((value, number) => (value.layer === index ? [number] : []));
      for (const number of numbers)
        this.times[number] = this.earliest(circuit.values[number].operation, this.start);
      const results = layer.units.map(({ value }) => value).filter((value) => !this.isConstant(value));
      let end = Math.max(this.start, ...results.map((value) => this.times[value].stage));
      if (end > this.start) this.retime(index, numbers, results, end);
      if (registerLayers && index < circuit.layers.length - 1) end += 1;
      for (const number of numbers) this.place(number);
      const units = layer.units.map((unit) => ({ ...unit, value: this.delayed(unit.value, end, index) }));
      const latency = end - this.start;
      this.start = end;
      return { ...layer, latency, units };
    });
    const outputs = circuit.outputs.map((output) => {
      return { ...output, value: this.delayed(output.value, this.start, circuit.layers.length - 1) };
    });
    return { ...circuit, inputs, layers, outputs, values: this.builder.values };
  }

  private isConstant(number: number): boolean {
    return this.circuit.values[number].operation.kind === 'constant';
  }

  /** The first time, not before a stage, at which an operation's result can be there. */
  private earliest(operation: Operation, from: number): Time {
    let stage = from;
    let level = 0;
    for (const operand of operandsOf(operation)) {
      if (this.isConstant(operand)) continue;
      const time = this.times[operand];
      if (time.stage > stage) level = 0;
      stage = Math.max(stage, time.stage);
      if (time.stage === stage) level = Math.max(level, time.level);
    }
    const delay = delayOf(operation);
    const fits = delay === 0 || level + delay <= this.levels;
    return fits ? { stage, level: level + delay } : { stage: stage + 1, level: delay };
  }

  /** Moves values of a layer to later stages where that saves registers. */
  private retime(index: number, numbers: readonly number[], results: readonly number[], end: number): void {
    const read = numbers.flatMap((number) => operandsOf(this.circuit.values[number].operation));
    const inputs = [...new Set(read)].filter(
      (operand) => this.circuit.values[operand].layer !== index && !this.isConstant(operand),
    );
    const values = [...inputs, ...numbers];
    const position = new Map(values.map((value, node) => [value, node]));
    const nodesOf = (list: readonly number[]) =>
      list.flatMap((value) => {
        const node = position.get(value);
        return node === undefined ? [] : [node];
      });
    const isResult = new Set(results);
    // The layer's last results may not move to a later level of their stage, because the next layer continues from them.
    const lastResults = results.filter((value) => this.times[value].stage === end);
    const exit = Math.max(...lastResults.map((value) => this.times[value].level));
    const limitOf = (value: number) => (isResult.has(value) ? exit : this.levels);
    const nodes = values.map((value, node): TimedNode => {
      return {
        stage: node < inputs.length ? 0 : this.times[value].stage - this.start,
        fixed: node < inputs.length || (isResult.has(value) && this.times[value].stage < end),
        readers: nodesOf(this.readers[value]),
        kept: this.keptBits(value, isResult.has(value), nodesOf),
        later: nodesOf(this.tooFar(value, index, limitOf)),
      };
    });
    const stages = fewestRegisters(nodes, end - this.start);
    for (const number of numbers) {
      const stage = this.start + stages[position.get(number) as number];
      this.times[number] = this.earliest(this.circuit.values[number].operation, stage);
      invariant(this.times[number].stage === stage, `%${number} does not fit into stage ${stage}`);
    }
  }

  /** A value's bits in groups: the bits of a group have the same readers in the layer. */
  private keptBits(value: number, isResult: boolean, nodesOf: (values: readonly number[]) => number[]) {
    const groups = new Map<string, { bits: number; readers: number[]; areResults: boolean }>();
    for (const readers of this.bitReaders[value]) {
      const nodes = isResult ? [] : nodesOf(readers);
      if (readers.length === 0 || (nodes.length === 0 && !isResult)) continue;
      const key = nodes.join(' ');
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { bits: 1, readers: nodes, areResults: isResult });
      else group.bits += 1;
    }
    return [...groups.values()] satisfies KeptBits[];
  }

  /** The nearest values of the layer that lie so many adders ahead that a register must stand between. */
  private tooFar(value: number, layer: number, limitOf: (value: number) => number): number[] {
    const { operation, layer: own } = this.circuit.values[value];
    const { stage, level } = this.times[value];
    const arrival = stage < this.start ? 0 : level;
    const depths = new Map([[value, own === layer ? delayOf(operation) : arrival]]);
    const far: number[] = [];
    // The values' order is one in which all paths to a value come before it.
    const waiting = [value];
    while (waiting.length > 0) {
      const node = waiting.shift() as number;
      const depth = depths.get(node) as number;
      if (depth > limitOf(node) && node !== value) {
        far.push(node);
        continue;
      }
      for (const reader of this.readers[node]) {
        const { operation: reading, layer: of } = this.circuit.values[reader];
        if (of !== layer) continue;
        const known = depths.get(reader);
        depths.set(reader, Math.max(known ?? 0, depth + delayOf(reading)));
        if (known === undefined) insertSorted(waiting, reader);
      }
    }
    return far;
  }

  /** Copies a value into its stage, its operands registered until then. */
  private place(number: number): number {
    const { operation, range, layer, name } = this.circuit.values[number];
    const { stage } = this.times[number];
    const moved = mapOperands(operation, (operand) => this.delayed(operand, stage, layer));
    this.copies[number] = [];
    this.copies[number][stage] = this.builder.add(moved, range, layer, name);
    return this.copies[number][stage];
  }

  /** The old value as it is at a stage. */
  private delayed(number: number, stage: number, layer: number): number {
    const { operation, range, name } = this.circuit.values[number];
    if (operation.kind === 'constant') return this.builder.constant(operation.code);
    const copies = this.copies[number];
    if (copies[stage] !== undefined) return copies[stage];
    const value = this.delayed(number, stage - 1, layer);
    copies[stage] = this.builder.add({ kind: 'register', value }, range, layer, name);
    return copies[stage];
  }
}

function insertSorted(numbers: number[], number: number): void {
  let at = numbers.length;
  while (at > 0 && numbers[at - 1] > number) at -= 1;
  numbers.splice(at, 0, number);
}
