// Files and folders from drops and file inputs, each with the folders it lay in.

const SYSTEM = /(^|\/)(\.|~\$|__MACOSX\/|Thumbs\.db$|desktop\.ini$)|\.(bak|dwl2?|tmp|sv\$)$/i;

/** True for files that programs leave behind and nobody means to upload. */
export const isLitter = (path) => SYSTEM.test(path);

/** @param {DataTransfer} transfer @returns {Promise<{file: File, path: string}[]>} */
export async function filesOfDrop(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found.filter(({ path }) => !isLitter(path));
}

/** @param {HTMLInputElement} input */
export const filesOfInput = (input) => [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ path }) => !isLitter(path));

async function walk(entry, folder, found) {
  if (entry instanceof File) { found.push({ file: entry, path: entry.name }); return; }
  const path = folder + entry.name;
  if (entry.isFile) {
    found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), path });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives at most a hundred entries at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}/`, found);
  }
}

/**
 * Make the whole page a place to drop on.
 * @param {(files: {file: File, path: string}[]) => void} take
 * @param {HTMLElement} veil  shown while something hangs over the page
 */
export function dropAnywhere(take, veil) {
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; veil.hidden = false; } });
  addEventListener("dragleave", (event) => { if (hasFiles(event)) { depth = Math.max(0, depth - 1); veil.hidden = depth === 0; } });
  addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    take(await filesOfDrop(event.dataTransfer));
  });
}
