// The files of a batch: on their way with speed, arrived with what was read, or not taken with the reason and the way out.
import { element } from "./intake-panel.js";

/** Bytes for people, as the server writes them. */
export function bytes(number) {
  let value = number;
  for (const unit of ["B", "KiB", "MiB"]) {
    if (value < 1024) return unit === "B" ? `${Math.round(value)} B` : `${value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)} GiB`;
}

const MOST = 400;
const meanings = { received: "waiting", ready: "force", stored_only: "attention", refused: "stop" };

export class FilesPanel {
  #place;
  #options;

  /** @param {HTMLElement} place @param {{queue: import("./upload-queue.js").UploadQueue, texts: Record<string, string>, onFile: (id: string) => void}} options */
  constructor(place, options) { this.#place = place; this.#options = options; }

  /** @param {object[]} files  as the server knows them */
  show(files) {
    const { queue, texts } = this.#options;
    const parts = [];
    const left = queue.interrupted;
    if (left.length) parts.push(this.#interrupted(left));
    const failed = queue.transfers.filter((t) => t.state === "failed");
    const live = queue.transfers.filter((t) => t.state !== "failed" && t.state !== "done");
    if (failed.length + live.length) parts.push(this.#list([...failed, ...live].slice(0, MOST).map((t) => this.#sending(t))));
    const order = { refused: 0, stored_only: 1, received: 2, ready: 3 };
    const arrived = [...files].sort((a, b) => order[a.state] - order[b.state]);
    if (arrived.length) parts.push(this.#list(arrived.slice(0, MOST).map((f) => this.#arrived(f))));
    if (!parts.length) parts.push(element("p", "muted", texts.noFiles));
    this.#place.replaceChildren(...parts);
  }

  #list(items) { const list = element("ul", "files"); list.append(...items); return list; }

  #interrupted(left) {
    const { texts, queue } = this.#options;
    const box = element("div", "notice attention");
    box.append(element("p", "", texts.interrupted.replace("{n}", left.length)));
    box.append(element("p", "muted", left.slice(0, 6).map((e) => e.path).join("、") + (left.length > 6 ? " …" : "")));
    const button = element("button", "small", texts.forget);
    button.addEventListener("click", () => queue.forgetInterrupted());
    box.append(button);
    return box;
  }

  #sending(transfer) {
    const { texts, queue } = this.#options;
    const item = element("li", "file");
    const head = element("div", "file-head");
    const words = { queued: texts.queued, sending: texts.sending, waiting: texts.waiting, failed: texts.notSent };
    const meaning = { failed: "stop", waiting: "attention" }[transfer.state] ?? "waiting";
    head.append(element("span", "file-name", transfer.path), element("span", `mark mark-${meaning}`, words[transfer.state]));
    const cancel = element("button", "link", texts.cancel);
    cancel.addEventListener("click", () => queue.cancel(transfer));
    head.append(cancel);
    item.append(head);
    if (transfer.state === "failed") item.append(element("p", "file-reason", `${transfer.refusal.message} ${transfer.refusal.wayOut}`));
    else {
      const bar = document.createElement("progress");
      Object.assign(bar, { max: Math.max(1, transfer.size), value: transfer.sent });
      const speed = transfer.state === "sending" && transfer.speed ? ` · ${bytes(transfer.speed)}/s` : "";
      item.append(bar, element("small", "muted num", `${bytes(transfer.sent)} / ${bytes(transfer.size)}${speed}`));
    }
    return item;
  }

  #arrived(file) {
    const { texts, onFile } = this.#options;
    const item = element("li", "file");
    const head = element("div", "file-head");
    const name = file.state === "ready" ? element("button", "link file-name", file.name) : element("span", "file-name", file.name);
    if (file.state === "ready") name.addEventListener("click", () => onFile(file.id));
    head.append(name, element("span", `mark mark-${meanings[file.state]}`, file.stateWord));
    item.append(head);
    const facts = [bytes(file.size), file.pages ? texts.pages.replace("{n}", file.pages) : "", file.seals ? texts.seals.replace("{n}", file.seals) : ""];
    const line = element("small", "muted num", facts.filter(Boolean).join(" · "));
    line.title = `SHA-256 ${file.sha256}`;
    item.append(line);
    if (file.reason) {
      const reason = element("p", "file-reason");
      reason.append(element("strong", "", file.reason), ` ${file.wayOut} `, element("span", "code muted", file.code));
      item.append(reason);
    }
    for (const problem of file.problems.filter((p) => p.severity !== "info")) item.append(element("small", "file-problem", problem.text));
    return item;
  }
}
