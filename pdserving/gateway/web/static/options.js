import { byId } from "./dom.js";
import { t } from "./i18n.js";

const RANGES = /^\s*\d{1,6}(\s*-\s*\d{1,6})?(\s*,\s*\d{1,6}(\s*-\s*\d{1,6})?)*\s*$/;

/** Pages as `[first, last]` pairs, null for a text that is none, such as `3-1` or `0`. */
export function parsePages(text) {
  if (!RANGES.test(text)) return null;
  const ranges = text.split(",").map((part) => part.split("-").map(Number));
  const pairs = ranges.map(([first, last = first]) => [first, last]);
  return pairs.every(([first, last]) => first >= 1 && first <= last) ? pairs : null;
}

/** The pages of a document of `count` that ranges name, each once, in their order; all where `ranges` is null. */
export function expandPages(ranges, count) {
  const pages = new Set();
  for (const [first, last] of ranges ?? [[1, count]])
    for (let page = first; page <= Math.min(last, count); page += 1) pages.add(page);
  return [...pages];
}

/**
 * The options that the user has set, as fields of the API. What is left empty is not sent: the configuration decides.
 * `pages` are ranges; a page range or number that is not accepted opens the options and makes this null.
 */
export function readOptions() {
  const form = byId("options-form");
  const problem = byId("options-problem");
  const { cls, drop_score: drop, pages, dpi } = form.elements;
  const ranges = pages.value.trim() ? parsePages(pages.value) : undefined;
  problem.textContent = ranges === null ? t("pagesInvalid", { value: pages.value }) : "";
  pages.setAttribute("aria-invalid", String(ranges === null));
  if (ranges === null || !form.checkValidity()) {
    byId("options").open = true;
    if (ranges === null) pages.focus();
    else form.reportValidity();
    return null;
  }
  const fields = { cls: String(cls.checked) };
  if (drop.value) fields.drop_score = String(Number(drop.value) / 100);
  if (dpi.value) fields.dpi = dpi.value;
  if (ranges) fields.pages = ranges;
  return fields;
}

/** Let the options close by Escape and by a press outside them. */
export function watchOptions() {
  const options = byId("options");
  byId("options-form").addEventListener("submit", (event) => event.preventDefault());
  byId("options-form").addEventListener("input", () => (byId("options-problem").textContent = ""));
  options.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    options.open = false;
    options.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!options.contains(event.target)) options.open = false;
  });
}
