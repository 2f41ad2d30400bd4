// The tab of marks: filter, list, and the thread of the chosen one. Text of people is only ever set as text.

export const make = (tag, options = {}, ...children) => {
  const { dataset, attributes, ...rest } = options;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset ?? {});
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const MEANING = { open: "waiting", answered: "attention", reopened: "stop", resolved: "force" };

/** Draws the list and the thread; what is done goes to `target`. */
export class MarkList {
  #place;
  #words;
  #target;
  #filter;
  #drafts = new Map();
  #shownThread = "";

  constructor(place, words, target, me) {
    [this.#place, this.#words, this.#target, this.me] = [place, words, target, me];
    this.#filter = place.querySelector("form.marks-filter");
    this.#filter.addEventListener("input", () => target.refilter());
    place.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Arrows walk along the list, right goes into the thread, left and Escape come back. */
  #walk(event) {
    const thread = this.#place.querySelector(".marks-thread");
    const items = [...this.#place.querySelectorAll(".mark-item")];
    const at = items.indexOf(document.activeElement);
    const isTyping = event.target.closest("textarea, input, select") !== null;
    if (at < 0 && (!thread.contains(event.target) || isTyping && event.key !== "Escape")) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (at >= 0 && to !== undefined) items[Math.max(0, Math.min(items.length - 1, to))].focus();
    else if (at >= 0 && event.key === "ArrowRight" && !thread.hidden) thread.querySelector("textarea, button, a")?.focus();
    else if (at < 0 && (event.key === "ArrowLeft" || event.key === "Escape")) (items.find((b) => b.dataset.key === thread.dataset.key) ?? items[0])?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The marks that the filter lets through. */
  filtered(marks) {
    const wanted = Object.fromEntries(new FormData(this.#filter));
    return marks.filter((mark) =>
      (!wanted.whose || mark.author === null || (wanted.whose === "mine" ? mark.author.id === this.me : wanted.whose === "asked" ? mark.assignee?.id === this.me || mark.comments.some((c) => c.mentions.some((m) => m.id === this.me)) : mark.status !== "resolved" && !mark.taken_back_at)) &&
      (!wanted.kind || mark.kind === wanted.kind) &&
      (!wanted.party || mark.author?.party_id === wanted.party) &&
      (!wanted.person || mark.author?.id === wanted.person));
  }

  show(marks, selected) {
    this.#options("party", marks.map((m) => m.author && [m.author.party_id, m.author.organisation]));
    this.#options("person", marks.map((m) => m.author && [m.author.id, m.author.name]));
    const list = this.#place.querySelector(".marks-list");
    const shown = this.filtered(marks);
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    list.replaceChildren(...shown.map((mark) => this.#item(mark, selected)));
    if (focused) [...list.querySelectorAll("button")].find((b) => b.dataset.key === focused)?.focus({ preventScroll: true });
    this.#place.querySelector(".marks-none").hidden = shown.length > 0;
    this.#thread(marks.find((mark) => mark.key === selected) ?? null);
  }

  #options(name, pairs) {
    const select = this.#filter.elements[name];
    const known = new Map(pairs.filter(Boolean));
    const wanted = [...known.keys()].sort().join();
    if (select.dataset.known === wanted) return;
    const value = select.value;
    select.dataset.known = wanted;
    select.replaceChildren(select.options[0], ...[...known].map(([key, label]) => make("option", { value: key, textContent: label })));
    select.value = known.has(value) ? value : "";
  }

  #item(mark, selected) {
    const w = this.#words;
    const status = mark.wait ? w.unsaved : mark.taken_back_at ? w.takenBack : w.statuses[mark.status];
    const meaning = mark.wait ? "attention" : mark.taken_back_at ? "history" : MEANING[mark.status];
    const button = make("button", { type: "button", className: "mark-item", dataset: { key: mark.key }, attributes: { "aria-pressed": String(mark.key === selected) } },
      make("span", { className: "mark-top" },
        make("span", { className: `mark-dot is-${mark.colour}`, attributes: { "aria-hidden": "true" } }),
        make("strong", { textContent: w.kinds[mark.kind] }),
        make("span", { className: `mark-status is-${meaning}`, textContent: status }),
        mark.audience === "party" ? make("span", { className: "muted", textContent: w.audiences.party }) : null),
      make("span", { className: "mark-text", textContent: mark.text || w.stamps[mark.shape.stamp] || mark.measured || mark.basis?.name || "" }),
      make("span", { className: "muted mark-by", textContent: [mark.origin?.author ? `${mark.origin.author} (${w.fromFile})` : mark.author?.name, mark.origin?.author ? "" : mark.author?.organisation, this.#target.gridOf(mark), mark.comments.length ? `${w.comments} ${mark.comments.length}` : ""].filter(Boolean).join(" · ") }));
    button.addEventListener("click", () => this.#target.choose(mark.key));
    return make("li", {}, button);
  }

  #thread(mark) {
    const place = this.#place.querySelector(".marks-thread");
    const seen = JSON.stringify([mark, this.#target.people().length]);
    if (seen === this.#shownThread) return; // what is being typed stays
    const typing = place.contains(document.activeElement) && document.activeElement.tagName === "TEXTAREA" && place.dataset.key === (mark?.key ?? "");
    this.#shownThread = seen;
    place.dataset.key = mark?.key ?? "";
    place.hidden = mark === null;
    place.replaceChildren(...(mark ? this.#threadOf(mark) : []));
    if (typing) place.querySelector("textarea")?.focus();
  }

  #threadOf(mark) {
    const w = this.#words;
    const basis = Object.entries(mark.basis ?? {}).filter(([, value]) => value);
    const who = (p) => [p.name, p.organisation].filter(Boolean).join(" · ");
    return [
      make("h3", { textContent: `${w.kinds[mark.kind]} ${this.#target.gridOf(mark)}` }),
      mark.wait ? make("p", { className: "notice attention" }, make("span", { textContent: mark.wait.state === "sending" ? w.saving : `${w.unsavedLong} ${mark.wait.why ?? ""}` }),
        mark.wait.state === "sending" ? null : this.#button(w.retry, () => this.#target.retry(mark.key), "primary small"),
        this.#button(w.discard, () => this.#target.discard(mark.key), "small")) : null,
      mark.text ? make("p", { className: "mark-said", textContent: mark.text }) : null,
      basis.length ? make("dl", { className: "facts" }, ...basis.flatMap(([name, value]) => [make("dt", { textContent: w.basis[name] }), make("dd", { textContent: value })])) : null,
      mark.anchor?.type === "text" ? make("p", { className: "muted", textContent: `${w.onText} “${mark.anchor.text}”` }) : null,
      mark.anchor?.type === "entity" ? make("p", { className: "muted" }, `${w.onEntity} `, make("span", { className: "mark-entity", textContent: `${w.entityHandle} ${mark.anchor.handle}` })) : null,
      mark.photo ? make("figure", { className: "mark-photo-shown" },
        make("a", { href: `/marks/${mark.id}/photo/view.webp`, target: "_blank", rel: "noopener" }, make("img", { src: `/marks/${mark.id}/photo/thumb.webp`, alt: mark.text || w.kinds.photo, loading: "lazy" })),
        make("figcaption", { className: "muted" }, make("a", { href: `/marks/${mark.id}/photo`, textContent: w.photoOriginal, title: w.photoOriginalHint }), ` ${mark.photo.width}×${mark.photo.height}`)) : null,
      mark.author && !mark.origin?.file ? make("p", { className: "muted", textContent: `${who(mark.author)} · ${mark.created_at}` }) : null,
      mark.origin?.file ? make("dl", { className: "facts" }, ...[[w.stated, [mark.origin.author || "—", mark.origin.at].filter(Boolean).join(" · ")], [w.fromFile, mark.origin.file_name], [w.broughtBy, `${who(mark.author)} · ${mark.created_at}`]].flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })])) : null,
      mark.taken_back_at ? make("p", { className: "muted", textContent: `${w.takenBack}: ${mark.taken_back_by?.name ?? ""} ${mark.taken_back_at}` }) : null,
      make("ol", { className: "mark-comments" }, ...mark.comments.map((c) => make("li", {},
        make("p", { className: "mark-said", textContent: c.text }),
        make("p", { className: "muted", textContent: [c.origin?.author ? `${c.origin.author} (${w.fromFile})` : who(c.author), c.origin?.at || c.written_at, ...c.mentions.map((m) => `@${m.name}`)].join(" · ") })))),
      mark.may_edit && mark.id && mark.anchor?.type !== "sheet" ? make("p", { className: "muted mark-keys", textContent: w.nudgeHint }) : null,
      mark.may_comment ? this.#reply(mark) : null,
      make("p", { className: "actions" },
        ...mark.events.map((event) => this.#button(w.events[event], () => this.#target.move(mark, event, this.#drafts.get(mark.key) ?? ""), event === "answer" ? "primary small" : "small")),
        mark.may_edit && mark.id ? this.#button(w.edit, () => this.#target.edit(mark), "small") : null,
        mark.may_take_back ? this.#button(mark.taken_back_at ? w.putBack : w.takeBack, () => this.#target.takeBack(mark), "small") : null),
      mark.may_comment ? this.#assignee(mark) : null,
    ].filter(Boolean);
  }

  #reply(mark) {
    const w = this.#words;
    const field = make("textarea", { rows: 2, maxLength: 2000, value: this.#drafts.get(mark.key) ?? "", attributes: { "aria-label": w.reply, placeholder: w.reply } });
    const mention = this.#select(w.mention, "");
    field.addEventListener("input", () => this.#drafts.set(mark.key, field.value));
    const form = make("form", { className: "mark-reply" }, field, mention, make("button", { className: "small primary", textContent: w.send }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (field.value.trim() && await this.#target.comment(mark, field.value, mention.value)) { this.#drafts.delete(mark.key); this.#shownThread = ""; this.#target.refilter(); }
    });
    return form;
  }

  /** What was typed as a reply is used up. */
  used(key) { this.#drafts.delete(key); }

  #assignee(mark) {
    const select = this.#select(this.#words.nobody, mark.assignee?.id ?? "");
    select.addEventListener("change", () => this.#target.assign(mark, select.value));
    return make("label", { className: "mark-assignee" }, make("span", { textContent: this.#words.assignee }), select);
  }

  #select(first, value) {
    const select = make("select", {}, make("option", { value: "", textContent: first }), ...this.#target.people().map((p) => make("option", { value: p.id, textContent: p.name })));
    select.setAttribute("aria-label", first);
    select.value = value;
    return select;
  }

  #button(label, act, className) {
    const button = make("button", { type: "button", className, textContent: label });
    button.addEventListener("click", act);
    return button;
  }
}
