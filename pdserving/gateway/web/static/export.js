import { make } from "./dom.js";

/** The text of a file: its pages, separated by a blank line. */
export const textOf = (job) =>
  job.pages
    .map((page) => page.text)
    .filter(Boolean)
    .join("\n\n");

/** The answers for a file as one JSON text, without the pictures. */
export const jsonOf = (job) => {
  const pages = job.pages.map(({ picture, ...page }) => page);
  return JSON.stringify({ request_ids: job.requestIds, text: textOf(job), pages }, null, 2);
};

/** Hand a text to the user as a file beside the original's name. */
export function save(job, extension, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  make("a", { href: url, download: `${job.name.replace(/\.[^.]+$/, "")}.${extension}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the download reads it some time after the click
}

/** Copy a text; @returns whether the browser let us. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // missing on plain http, but for loopback
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const area = make("textarea", { class: "unseen", value: text, readOnly: true });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return copied;
}
