/** A network of capacities; its maximum flow by blocking flows (Dinic, 1970), and the minimum cut that it leaves. */
export class FlowNetwork {
  private readonly heads: number[] = [];
  private readonly capacities: number[] = [];
  private readonly edges: number[][];
  private readonly depth: Int32Array;
  private readonly next: Int32Array;

  constructor(
    nodes: number,
    private readonly source: number,
    private readonly sink: number,
  ) {
    this.edges = Array.from({ length: nodes }, () => []);
    this.depth = new Int32Array(nodes);
    this.next = new Int32Array(nodes);
  }

  connect(from: number, to: number, capacity: number): void {
    this.edges[from].push(this.heads.length);
    this.heads.push(to);
    this.capacities.push(capacity);
    this.edges[to].push(this.heads.length);
    this.heads.push(from);
    this.capacities.push(0);
  }

  /** The nodes on the source's side of a minimum cut: as few as there can be. */
  sourceSide(): boolean[] {
    while (this.layer()) {
      this.next.fill(0);
      while (this.push(this.source, Number.POSITIVE_INFINITY) > 0);
    }
    return Array.from(this.depth, (depth) => depth >= 0);
  }

  /** Distances from the source over edges with room; whether the sink is within reach. */
  private layer(): boolean {
    this.depth.fill(-1);
    this.depth[this.source] = 0;
    const queue = [this.source];
    for (let at = 0; at < queue.length; at++) {
      const node = queue[at];
      for (const edge of this.edges[node]) {
        const to = this.heads[edge];
        if (this.capacities[edge] <= 0 || this.depth[to] >= 0) continue;
        this.depth[to] = this.depth[node] + 1;
        queue.push(to);
      }
    }
    return this.depth[this.sink] >= 0;
  }

  private push(node: number, limit: number): number {
    if (node === this.sink) return limit;
    const edges = this.edges[node];
    for (; this.next[node] < edges.length; this.next[node]++) {
      const edge = edges[this.next[node]];
      const to = this.heads[edge];
      if (this.capacities[edge] <= 0 || this.depth[to] !== this.depth[node] + 1) continue;
      const pushed = this.push(to, Math.min(limit, this.capacities[edge]));
      if (pushed === 0) continue;
      this.capacities[edge] -= pushed;
      this.capacities[edge ^ 1] += pushed;
      return pushed;
    }
    return 0;
  }
}
