/** A product file: plain data as JSON. */
export const json = (value: unknown): string => `${JSON.stringify(value)}\n`;
