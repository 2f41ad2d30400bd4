// Asking yes or no in the page's own dialog: what becomes true, and two buttons.

/**
 * @param {{title?: string, sentence: string}} about
 * @returns {Promise<boolean>} whether the person agreed
 */
export function askYes({ title = "", sentence }) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = sentence;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true }));
}
