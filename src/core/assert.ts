/** Closes a switch over a union: the compiler refuses a member that no case handles. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case ${JSON.stringify(value)}`);
}

/** States an invariant of our own; a failure is a defect of Espalier, never the user's. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${what}`);
}
