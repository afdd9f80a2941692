import { byId, icon, make } from "./dom.js";
import { t } from "./i18n.js";

/** The files and their pages, as buttons with a small picture. A file's entry is kept and only brought up to date. */
export class Tray {
  #list = byId("tray");
  #entries = new Map();
  #on;

  /** @param {{onSelect: (job: object, index: number) => void, onRemove: (job: object) => void}} on */
  constructor(on) {
    this.#on = on;
    this.#list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      const buttons = [...this.#list.querySelectorAll("button")];
      const target = buttons[buttons.indexOf(event.target) + step];
      if (!target) return;
      event.preventDefault();
      target.focus();
    });
  }

  /** Bring a file's entry up to date; add it where it is new. */
  update(job) {
    const entry = this.#entries.get(job) ?? this.#add(job);
    entry.root.dataset.state = job.state;
    entry.root.setAttribute("aria-busy", String(job.isOpen));
    entry.state.textContent = stateOf(job);
    if (entry.shown > job.pages.length) {
      entry.pages.replaceChildren();
      entry.shown = 0;
    }
    if (!job.pages.length) {
      const picture = job.preview ? thumbnail(job.preview) : icon("mark");
      entry.pages.replaceChildren(this.#button(job, 0, job.name, picture));
      return;
    }
    if (entry.shown === 0) entry.pages.replaceChildren();
    for (; entry.shown < job.pages.length; entry.shown += 1) {
      const { page, picture } = job.pages[entry.shown];
      const label = job.isDocument ? `${job.name}: ${t("page", { page })}` : job.name;
      const parts = picture ? [thumbnail(picture)] : [];
      if (job.isDocument) parts.push(make("span", { class: "page-label" }, String(page)));
      entry.pages.append(this.#button(job, entry.shown, label, ...parts));
    }
  }

  remove(job) {
    this.#entries.get(job).root.remove();
    this.#entries.delete(job);
  }

  /** Write all entries anew, in the page's language. */
  translate() {
    const jobs = [...this.#entries.keys()];
    jobs.forEach((job) => this.remove(job));
    jobs.forEach((job) => this.update(job));
  }

  /** Mark the page that is shown and bring it into view. */
  select(job, index) {
    this.#list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const button = this.#entries.get(job)?.pages.children[index];
    button?.setAttribute("aria-current", "page");
    button?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #add(job) {
    const name = make("span", { class: "name", title: job.name }, job.name);
    const state = make("span", { class: "state" });
    const label = t("remove", { name: job.name });
    const remove = make(
      "button",
      { type: "button", class: "button bare remove", "aria-label": label, title: label, on: { click: () => this.#on.onRemove(job) } },
      icon("close"),
    );
    const pages = make("div", { class: "pages" });
    const root = make("li", {}, make("div", { class: "file" }, name, state, remove), pages);
    const entry = { root, state, pages, shown: 0 };
    this.#entries.set(job, entry);
    this.#list.append(root);
    return entry;
  }

  #button(job, index, label, ...parts) {
    const properties = { type: "button", class: "page", "aria-label": label };
    return make("button", { ...properties, on: { click: () => this.#on.onSelect(job, index) } }, ...parts);
  }
}

const thumbnail = (picture) => make("img", { loading: "lazy", decoding: "async", alt: "", src: picture });

function stateOf(job) {
  if (job.state === "done") {
    const count = job.pages.reduce((sum, page) => sum + page.lines.length, 0);
    return job.isDocument ? t("pageCount", { count: job.pages.length }) : t("lineCount", { count });
  }
  if (job.state === "reading" && job.total > 1) return `${job.pages.length} / ${job.total}`;
  return { waiting: "…", reading: "…", failed: "!", cancelled: "–" }[job.state];
}
