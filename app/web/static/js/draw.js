// The page of a draw: a random number is made and committed to on this device; only its digest is sent.
import { commitmentOf } from "./draw-protocol.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const form = document.getElementById("share-form");

/** 64 hexadecimal digits of chance. */
function randomNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (form) {
  const secret = document.getElementById("share-secret");
  const kept = document.getElementById("share-kept");
  const send = form.querySelector("button.primary");
  const ready = () => { send.disabled = !(kept.checked && secret.value); };
  secret.value = randomNumber();
  document.getElementById("share-tools").hidden = false;
  document.getElementById("share-again").addEventListener("click", () => { secret.value = randomNumber(); kept.checked = false; ready(); });
  document.getElementById("share-save").addEventListener("click", () => {
    const text = `${setup.words.file}\n${location.origin}/d/${setup.code}\n${setup.words.digest} ${setup.digest}\n${setup.words.number} ${secret.value}\n${setup.words.commitment} ${commitmentOf(setup.digest, setup.person, secret.value)}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `draw-${setup.code}-number.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
    kept.checked = true;
    ready();
  });
  kept.addEventListener("change", ready);
  form.addEventListener("submit", () => { form.elements.commitment.value = commitmentOf(setup.digest, setup.person, secret.value); });
  ready();
}
