/** The only member of the object that stands for a typed array. */
const PACKED = 'float64';

/** A product file: plain data as JSON, with the typed arrays of float networks. */
export const json = (value: unknown): string => `${JSON.stringify(packed(value))}\n`;

/** What {@link json} wrote. */
export const fromJson = <T>(text: string): T => unpacked(JSON.parse(text)) as T;

function packed(value: unknown): unknown {
  if (value instanceof Float64Array) return { [PACKED]: Array.from(value) };
  return membersOf(value, packed);
}

function unpacked(value: unknown): unknown {
  if (isObject(value) && PACKED in value) return Float64Array.from(value[PACKED] as number[]);
  return membersOf(value, unpacked);
}

/** The value with all that lies in it changed. Long lists of numbers stay as they are. */
function membersOf(value: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(change) : value;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member)]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
