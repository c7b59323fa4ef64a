/** A state with those to which it leads while it waits. */
export interface Waiting<Node> {
  readonly waiting: ReadonlyMap<unknown, Node>;
}

/** Whether waiting can lead from some state back to it: a run that waits for ever comes round to one that it was in. */
export function hasCircle<Node extends Waiting<Node>>(nodes: Iterable<Node>): boolean {
  const open = new Set<Node>();
  const done = new Set<Node>();
  for (const start of nodes) {
    const path: { readonly node: Node; readonly ways: Iterator<Node> }[] = [];
    const follow = (node: Node) => {
      open.add(node);
      path.push({ node, ways: node.waiting.values() });
    };
    if (!done.has(start)) follow(start);
    while (path.length > 0) {
      const { node, ways } = path[path.length - 1];
      const { value: to, done: isLast } = ways.next();
      if (isLast === true) {
        open.delete(node);
        done.add(node);
        path.pop();
      } else if (open.has(to)) {
        return true;
      } else if (!done.has(to)) {
        follow(to);
      }
    }
  }
  return false;
}
