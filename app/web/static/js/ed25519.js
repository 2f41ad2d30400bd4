// Whether the holder of a public key signed a message: by the browser where it can, else by a library of a few kilobytes.
import { sha512 } from "./sha512.js";

const NAME = { name: "Ed25519" };
export const bytesOf = (hex) => Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));

/**
 * @param {string} publicKey 32 bytes in hex
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {Promise<boolean>}
 */
export async function isSigned(publicKey, message, signature) {
  const key = await ownKey(publicKey);
  if (key) return crypto.subtle.verify(NAME, key, signature, message);
  return isSignedByLibrary(publicKey, message, signature);
}

/** The browser's own form of a key; null where it knows nothing of this curve, or lends nothing without TLS. */
async function ownKey(publicKey) {
  try { return (await crypto.subtle.importKey("raw", bytesOf(publicKey), NAME, false, ["verify"])) ?? null; } catch { return null; }
}

/** The same without the browser's help; strict (RFC 8032), as the browser's is. */
export async function isSignedByLibrary(publicKey, message, signature) {
  const library = await import("../vendor/noble-ed25519/index.js");
  library.hashes.sha512 = sha512;
  try { return library.verify(signature, message, bytesOf(publicKey), { zip215: false }); } catch { return false; }
}
