/** What the generated text calls; `m` is the memory. */
export const RUNTIME = `
function parity(word) {
  word ^= word >>> 16;
  word ^= word >>> 8;
  word ^= word >>> 4;
  return (0x6996 >>> (word & 15)) & 1;
}

// 32 bits from bit \`position\` on of the \`count\` slots at \`base\`: zeros below, \`fill\` above.
function window(base, count, position, fill) {
  const first = position >> 5;
  const offset = position & 31;
  const low = first < 0 ? 0 : first < count ? m[base + first] : fill;
  if (offset === 0) return low;
  const high = first + 1 < 0 ? 0 : first + 1 < count ? m[base + first + 1] : fill;
  return (low >>> offset) | (high << (32 - offset));
}

// The product of two words of as many slots, in as many.
function wideProduct(left, right) {
  const number = (limbs) => limbs.reduceRight((value, limb) => (value << 32n) | BigInt(limb >>> 0), 0n);
  const product = number(left) * number(right);
  return left.map((_, index) => Number(BigInt.asIntN(32, product >> BigInt(32 * index))));
}
`;
