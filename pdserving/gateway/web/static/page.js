import { ReadError } from "./api.js";
import { byId, say, toggle } from "./dom.js";
import { copy, jsonOf, save, textOf } from "./export.js";
import { isEnglish, number, percent, switchLanguage, t, translatePage } from "./i18n.js";
import { Job, Queue } from "./jobs.js";
import { watchKey } from "./key.js";
import { levelOf, LineList } from "./lines.js";
import { describe, mayReadAgain, showNotice } from "./notice.js";
import { readOptions, watchOptions } from "./options.js";
import { Tray } from "./tray.js";
import { kindOf, watchUploads } from "./upload.js";
import { Viewer } from "./viewer.js";

const jobs = [];
const shown = { job: null, index: 0, page: undefined };
const pointer = { hovered: null, chosen: null };

const lines = new LineList(byId("lines"), {
  onHover: (index) => point({ hovered: index }),
  onChoose: (index) => point({ chosen: index }),
  onCopy: async (line) => say((await copy(line.text)) ? t("copiedLine", { text: line.text }) : t("copyRefused")),
});
const viewer = new Viewer({
  onHover: (index) => {
    point({ hovered: index });
    if (index !== null) lines.reveal(index);
  },
  onChoose: (index) => lines.focus(index),
});
const tray = new Tray({ onSelect: select, onRemove: remove });
const queue = new Queue((job) => {
  tray.update(job);
  if (job === shown.job) render();
  announce(job);
});

function addFiles(files) {
  const options = files.length ? readOptions() : null;
  if (!options) return;
  const added = files.map((file) => {
    const kind = kindOf(file);
    const job = new Job(file, kind === "document");
    jobs.push(job);
    const refusal = kind === "other" ? "unsupported" : file.size ? null : "empty";
    if (refusal) Object.assign(job, { state: "failed", error: new ReadError(refusal) });
    else queue.add(job, options);
    return job;
  });
  added.forEach((job) => tray.update(job));
  select(added[0], 0);
  added.forEach(announce);
}

function readAgain() {
  const options = readOptions();
  if (!options) return;
  shown.job.abort.abort();
  shown.job.reset();
  queue.add(shown.job, options);
  tray.update(shown.job);
  select(shown.job, 0);
}

function remove(job) {
  queue.cancel(job);
  const at = jobs.indexOf(job);
  jobs.splice(at, 1);
  tray.remove(job);
  job.release();
  if (job === shown.job) select(jobs[Math.min(at, jobs.length - 1)] ?? null, 0);
  if (jobs.length) tray.select(shown.job, shown.index);
  else byId("choose").focus();
}

function select(job, index) {
  Object.assign(shown, { job, index, page: undefined });
  render();
}

/** Bring the page up to date with the job that is shown. */
function render() {
  const { job, index } = shown;
  toggle(byId("welcome"), !job);
  toggle(byId("add"), job);
  if (!toggle(byId("bench"), job)) return;
  const page = job.pages[index] ?? null;
  const key = page ?? `${job.state} ${job.preview}`; // the picture and the lines are left alone while they hold
  if (shown.page !== key) {
    shown.page = key;
    viewer.show(page, { preview: job.preview, reading: job.isOpen });
    lines.show(page?.lines ?? []);
    toggle(byId("keys"), page?.lines.length);
    point({ hovered: null, chosen: null });
  }
  viewer.number(index, job.pages.length);
  tray.select(job, index);
  showNotice(byId("notice"), job, page, { onCancel: () => queue.cancel(job), onAgain: readAgain });
  byId("file-name").textContent = job.name;
  byId("summary").textContent = page ? summaryOf(page) : "";
  for (const id of ["copy", "save-text"]) byId(id).disabled = !textOf(job);
  byId("save-json").disabled = !job.pages.length;
  byId("again").disabled = !mayReadAgain(job);
}

function summaryOf({ lines: all, timings_ms: timings }) {
  const parts = [t("lineCount", { count: all.length })];
  if (all.length) parts.push(t("mean", { percent: percent(all.reduce((sum, line) => sum + line.confidence, 0) / all.length) }));
  const doubtful = all.filter((line) => levelOf(line) === "low").length;
  if (doubtful) parts.push(t("toCheck", { count: doubtful }));
  return [...parts, t("seconds", { seconds: number(timings.total / 1000, 2) })].join(" · ");
}

/** Highlight what the pointer is over, or else what is chosen, on both sides. */
function point(change) {
  Object.assign(pointer, change);
  const active = pointer.hovered ?? pointer.chosen;
  viewer.mark(active);
  lines.mark(active, pointer.chosen);
  if (change.chosen != null) viewer.reveal(change.chosen);
}

/** Say how a file ended. Of the one that is shown everybody who sees knows already. */
function announce(job) {
  const visible = job !== shown.job;
  if (job.state === "failed") {
    const { sentence } = describe(job);
    say(sentence.includes(job.name) ? sentence : t("failedFile", { name: job.name, message: sentence }), visible);
  }
  if (job.state === "done") say(t("readFile", { name: job.name, count: countLines(job) }), visible);
}

const countLines = (job) => job.pages.reduce((sum, page) => sum + page.lines.length, 0);

function turnPage(step) {
  const index = shown.index + step;
  if (shown.job?.pages[index]) select(shown.job, index);
}

function translate() {
  translatePage();
  byId("privacy").textContent = t("privacy", { host: location.host });
  const other = byId("language");
  other.textContent = isEnglish() ? "中文" : "English";
  other.lang = isEnglish() ? "zh-CN" : "en";
  document.title = t("title");
  tray.translate();
  shown.page = undefined;
  render();
}

watchUploads(addFiles);
watchOptions();
watchKey();
byId("previous").addEventListener("click", () => turnPage(-1));
byId("next").addEventListener("click", () => turnPage(1));
byId("again").addEventListener("click", readAgain);
byId("copy").addEventListener("click", async () => {
  const { job } = shown;
  const count = countLines(job);
  const copied = job.pages.length > 1 ? t("copiedPages", { count, pages: number(job.pages.length) }) : t("copied", { count });
  say((await copy(textOf(job))) ? copied : t("copyRefused"));
});
byId("save-text").addEventListener("click", () => save(shown.job, "txt", `${textOf(shown.job)}\n`, "text/plain"));
byId("save-json").addEventListener("click", () => save(shown.job, "json", jsonOf(shown.job), "application/json"));
byId("language").addEventListener("click", () => {
  switchLanguage();
  translate();
});
translate();
