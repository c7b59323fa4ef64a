/** Nothing of ours is nested as deep; what walks a value would run out of its stack somewhere. */
const MAX_DEPTH = 64;

/**
 * Parses JSON that comes from outside. Refused besides what is no JSON: a member that stands there twice, since readers
 * differ in which one counts; a member `__proto__`, which other code would take for the prototype; and deep nesting.
 *
 * @throws SyntaxError with the reason
 */
export function parseJson(text: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value: unknown = JSON.parse(plain);
  checkMembers(plain);
  return value;
}

/** @param text valid JSON */
function checkMembers(text: string): void {
  // The members so far of each object that is open; of a list nothing.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') open.push(character === '{' ? new Set() : undefined);
    if (open.length > MAX_DEPTH) throw new SyntaxError(`nesting deeper than ${MAX_DEPTH} levels`);
    if (character === '}' || character === ']') open.pop();
    if (character !== '"') continue;
    const end = endOfString(text, at);
    if (isMember(text, end)) addMember(open[open.length - 1] as Set<string>, text.slice(at, end));
    at = end - 1;
  }
}

/** The index after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether a colon follows. */
function isMember(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at++;
  return text[at] === ':';
}

function addMember(members: Set<string>, quoted: string): void {
  const name: string = JSON.parse(quoted);
  if (name === '__proto__') throw new SyntaxError('a member "__proto__"');
  if (members.has(name)) throw new SyntaxError(`the member ${quoted} twice`);
  members.add(name);
}
