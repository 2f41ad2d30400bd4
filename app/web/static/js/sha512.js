// SHA-512 (FIPS 180-4) of short messages, for pages without TLS, where browsers lend no digests. Slow, and enough for a code.

const MASK = (1n << 64n) - 1n;
const K = [];
const START = [];
/* The constants are the first 64 bits of the fractional parts of roots of the first primes; found by whole numbers alone. */
{
  const root = (power, value) => {
    let low = 0n;
    let high = 1n << 80n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= value) low = middle; else high = middle;
    }
    return low;
  };
  for (let n = 2n; K.length < 80; n += 1n) {
    let isPrime = true;
    for (let d = 2n; d * d <= n; d += 1n) if (n % d === 0n) { isPrime = false; break; }
    if (!isPrime) continue;
    K.push(root(3n, n << 192n) & MASK);
    if (START.length < 8) START.push(root(2n, n << 128n) & MASK);
  }
}
const turn = (x, by) => ((x >> by) | (x << (64n - by))) & MASK;

/**
 * @param {Uint8Array} message
 * @returns {Uint8Array} 64 bytes
 */
export function sha512(message) {
  const padded = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const state = START.slice();
  const w = new Array(80);
  for (let at = 0; at < padded.length; at += 128) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getBigUint64(at + i * 8);
    for (let i = 16; i < 80; i += 1) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & MASK;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i += 1) {
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) & MASK; });
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => out.setBigUint64(i * 8, word));
  return new Uint8Array(out.buffer);
}
