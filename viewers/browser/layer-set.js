/** @typedef {{name: string, is_on: boolean}} Layer one layer of the manifest's page, with its state in the file */

/**
 * Which layers are shown, as a short text: bit `i % 8` of byte `i / 8` says it of layer `i`; base64url, no padding.
 * The server reads the same.
 * @param {boolean[]} shown
 */
export function encodeLayers(shown) {
  const bytes = new Uint8Array(Math.ceil(shown.length / 8));
  shown.forEach((isShown, index) => (bytes[index >> 3] |= Number(isShown) << (index & 7)));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/gu, "-").replace(/\//gu, "_").replace(/=+$/u, "");
}

/** @param {string} code @param {number} total layers of the page @returns {boolean[] | null} null when it is no such set */
export function decodeLayers(code, total) {
  let bytes;
  try {
    bytes = atob(code.replace(/-/gu, "+").replace(/_/gu, "/"));
  } catch {
    return null;
  }
  const shown = Array.from({ length: total }, (_, i) => Boolean((bytes.charCodeAt(i >> 3) >> (i & 7)) & 1));
  return encodeLayers(shown) === code ? shown : null;
}
