// Behind a printed code, beside the server's answer: is the signature in the address right? And the device learns to check alone.
import { judge, loadKnown } from "./printed-code.js";

const place = document.getElementById("signature");
if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
if (place && location.hash) {
  const { verdict } = await judge(location.href, await loadKnown());
  const shown = { forged: "wrong", "withdrawn-key": "wrong", "unknown-key": "unknown", unsigned: "unknown", foreign: "unknown" }[verdict] ?? "right";
  place.dataset.state = shown;
  for (const line of place.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== shown;
  place.hidden = false;
}
