// Asking for words before an act: what becomes true, a field for the words, and two buttons.

/**
 * @param {{title: string, consequence?: string, label: string, isNeeded?: boolean}} about
 * @returns {Promise<string | null>} the words, or null when the person thought better of it
 */
export function askWords({ title, consequence = "", label, isNeeded = false }) {
  const dialog = document.getElementById("words-dialog");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".consequence").textContent = consequence;
  dialog.querySelector(".field span").textContent = label;
  const words = dialog.querySelector("textarea");
  Object.assign(words, { value: "", required: isNeeded });
  dialog.returnValue = "";
  dialog.showModal();
  words.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "go" ? words.value : null), { once: true }));
}
