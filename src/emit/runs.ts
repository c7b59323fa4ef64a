/** Layers [first, end): a group of those through which maps stream, or what lies between groups. */
export interface Run<Group> {
  readonly first: number;
  readonly end: number;
  readonly group?: Group;
}

/** The layers of a part in order: its groups, and what lies between them. */
export function runsOf<Group extends { readonly first: number; readonly last: number }>(
  part: { readonly first: number; readonly end: number },
  groups: readonly Group[],
): Run<Group>[] {
  const runs: Run<Group>[] = [];
  let next = part.first;
  const addBetween = (end: number) => {
    if (end > next) runs.push({ first: next, end });
  };
  for (const group of groups) {
    addBetween(group.first);
    next = group.last + 1;
    runs.push({ first: group.first, end: next, group });
  }
  addBetween(part.end);
  return runs;
}
