// Reads QR codes by the camera or from a picture: by the browser where it can, else by a library.

const EVERY_MS = 180;
/** Of what is looked at, px: a frame of the camera; a picture also in full, for the code may be small on it. */
const FRAME_PX = 1280;
const PICTURE_PX = [1280, 2600, 4000];

/** Who reads a picture; made once. @type {Promise<(source: CanvasImageSource, width: number, height: number, longSide: number) => Promise<string>> | null} */
let made = null;

async function makeReader() {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? "";
  }
  const { decodeQR } = await import("../vendor/qr/decode.js");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (source, width, height, longSide) => {
    const scale = Math.min(1, longSide / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try { return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height)); } catch { return ""; }
  };
}
const reader = () => { made ??= makeReader(); return made; };

export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * Look through the camera until a code is seen.
 * @param {HTMLVideoElement} video
 * @param {AbortSignal} signal stops it
 * @returns {Promise<string>} what the code says; empty when it was stopped
 */
export async function scan(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  const stop = () => { for (const track of stream.getTracks()) track.stop(); video.srcObject = null; };
  try {
    video.srcObject = stream;
    await video.play();
    const read = await reader();
    while (!signal.aborted) {
      const text = await read(video, video.videoWidth, video.videoHeight, FRAME_PX);
      if (text) return text;
      await new Promise((next) => { setTimeout(next, EVERY_MS); });
    }
    return "";
  } finally { stop(); }
}

/** What the code on a picture says; empty where none is found. @param {Blob} file */
export async function readPicture(file) {
  const picture = await createImageBitmap(file);
  try {
    const read = await reader();
    for (const size of PICTURE_PX) {
      const text = await read(picture, picture.width, picture.height, size);
      if (text) return text;
    }
    return "";
  } finally { picture.close(); }
}
