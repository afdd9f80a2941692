import { icon, make } from "./dom.js";
import { percent, t } from "./i18n.js";

const SURE = 0.95;
const FAIR = 0.85;

/** How much a line is to be trusted: `sure`, `fair`, or `low`, which asks the reader to check it. */
export const levelOf = ({ confidence }) => (confidence >= SURE ? "sure" : confidence >= FAIR ? "fair" : "low");

/** The lines of a page: a listbox in which arrow keys move, and whose focused line is the chosen one. */
export class LineList {
  #list;
  #items = [];
  #lines = [];
  #current = 0; // the one that Tab reaches

  /**
   * @param {HTMLElement} list
   * @param {{onHover: (index: ?number) => void, onChoose: (index: ?number) => void, onCopy: (line: object) => void}} on
   */
  constructor(list, on) {
    this.#list = list;
    const indexOf = (event) => this.#items.indexOf(event.target.closest("li"));
    list.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse" && indexOf(event) >= 0) on.onHover(indexOf(event));
    });
    list.addEventListener("pointerleave", () => on.onHover(null));
    list.addEventListener("focusin", (event) => {
      this.#reach(indexOf(event));
      on.onChoose(indexOf(event));
    });
    list.addEventListener("keydown", (event) => {
      const target = this.#target(event.key, indexOf(event));
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target !== undefined) this.focus(target);
      else if (event.key === "Enter") on.onCopy(this.#lines[indexOf(event)]);
      else if (event.key === "Escape") on.onChoose(null);
      else return;
      event.preventDefault();
    });
  }

  show(lines) {
    this.#lines = lines;
    this.#items = lines.map((line, index) => makeItem(line, index));
    this.#list.replaceChildren(...this.#items);
    this.#list.scrollTop = 0;
    this.#reach(0);
  }

  focus(index) {
    this.#items[index]?.focus();
  }

  /** Mark the line whose box is looked at, and the one that is chosen. */
  mark(active, chosen) {
    this.#items.forEach((item, index) => {
      item.classList.toggle("active", index === active);
      item.setAttribute("aria-selected", String(index === chosen));
    });
  }

  /** Bring a line into view. */
  reveal(index) {
    this.#items[index]?.scrollIntoView({ block: "nearest" });
  }

  #reach(index) {
    this.#items[this.#current]?.setAttribute("tabindex", "-1");
    this.#items[index]?.setAttribute("tabindex", "0");
    this.#current = index;
  }

  #target(key, index) {
    const last = this.#items.length - 1;
    const moves = { ArrowDown: Math.min(index + 1, last), ArrowUp: Math.max(index - 1, 0), Home: 0, End: last };
    return moves[key];
  }
}

function makeItem(line, index) {
  const level = levelOf(line);
  const share = percent(line.confidence);
  const bar = make("span", { class: "gauge", "aria-hidden": "true" });
  bar.style.setProperty("--share", line.confidence);
  const flag = level === "low" ? [make("span", { class: "flag" }, icon("check"), t("check"))] : [];
  return make(
    "li",
    { role: "option", tabindex: "-1", data: { level } },
    make("span", { class: "number", "aria-hidden": "true" }, String(index + 1)),
    make("span", { class: "text", dir: "auto" }, line.text),
    make(
      "span",
      { class: "confidence" },
      ...flag,
      make("span", { class: "percent", "aria-label": t("confidence", { percent: share }), role: "img" }, share),
      bar,
    ),
  );
}
