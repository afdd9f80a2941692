import { make, toggle } from "./dom.js";
import { isEnglish, lookUp, number, t } from "./i18n.js";

const MEGABYTE = 2 ** 20;
const FINAL = ["unsupported", "empty", "image_format", "image_broken", "pdf_broken", "pdf_encrypted", "pdf_empty"];
const LARGE = 16 * MEGABYTE; // a connection that breaks under such a file was likely closed by a limit on the way

/** A failed job's error as a sentence, with what the server said where the page has words of its own for it. */
export function describe(job) {
  const { code, message, status, requestId, fromServer } = job.error;
  const values = { name: job.name, status, size: number(job.file.size / MEGABYTE, 1) };
  const detail = requestId ? t("requestId", { id: requestId }) : "";
  if (!fromServer) {
    const large = code === "network" && job.file.size > LARGE;
    return { sentence: t(`error.${large ? "network_large" : code}`, values), detail };
  }
  const own = lookUp(`error.${code}`, values) ?? (isEnglish() ? null : t("error.refused"));
  return own ? { sentence: own, said: asSentence(message), detail } : { sentence: asSentence(message), detail };
}

/** Whether reading a job once more may end otherwise: a file of a wrong kind stays one. */
export const mayReadAgain = (job) => !job.isOpen && !(job.state === "failed" && FINAL.includes(job.error.code));

const asSentence = (message) =>
  message.charAt(0).toUpperCase() + message.slice(1) + (/[.!?。！？]$/.test(message) ? "" : ".");

/**
 * Fill the notice above the lines: what a job waits for, why it failed, or that it has no text.
 * @param {HTMLElement} element
 * @param {object} job
 * @param {?object} page the page that is shown
 * @param {{onCancel: () => void, onAgain: () => void}} on
 */
export function showNotice(element, job, page, on) {
  const parts = partsOf(job, page, on);
  toggle(element, parts.length > 0);
  element.dataset.state = job.state;
  element.replaceChildren(...parts);
}

function partsOf(job, page, on) {
  if (job.isOpen) return [make("p", { class: "sentence" }, progressOf(job)), button(t("cancel"), on.onCancel)];
  if (job.state === "cancelled") return [make("p", { class: "sentence" }, t("cancelled")), button(t("again"), on.onAgain)];
  if (job.state === "failed") {
    const { sentence, said, detail } = describe(job);
    const parts = [make("p", { class: "sentence" }, sentence)];
    if (said) parts.push(make("p", { class: "said", lang: "en" }, said));
    if (mayReadAgain(job)) parts.push(button(t("again"), on.onAgain));
    if (detail) parts.push(make("p", { class: "hint" }, detail));
    return parts;
  }
  const parts = (page?.notes ?? []).map((note) => make("p", { class: "said", lang: "en" }, asSentence(note)));
  if (page && !page.lines.length)
    parts.push(make("p", { class: "sentence" }, t("noText")), make("p", { class: "hint" }, t("noTextHint")));
  return parts;
}

function progressOf(job) {
  if (job.state === "waiting") return t("waiting");
  return job.total > 1 ? t("readingPages", { done: job.pages.length, total: job.total }) : t("reading");
}

const button = (label, onClick) => make("button", { type: "button", class: "button", on: { click: onClick } }, label);
