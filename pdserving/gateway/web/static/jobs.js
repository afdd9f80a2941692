import { pictureUrl, read, ReadError } from "./api.js";
import { expandPages } from "./options.js";

const AT_A_TIME = 2; // files that are read at once; the service reads the lines of one on all cores
const MIN_PAGES = 4; // pages of a document in a request

/**
 * A file on its way to text.
 *
 * `state` is waiting, reading, done, failed or cancelled. `pages` are the API's, in order, each with `picture`, the
 * address of what to draw the boxes on (null where there is none). `total` is the number of pages that will come, once
 * known. `error` is the ReadError of a failed one.
 */
export class Job {
  constructor(file, isDocument) {
    this.file = file;
    this.name = file.name;
    this.isDocument = isDocument;
    this.preview = null;
    this.reset();
  }

  reset() {
    for (const page of this.pages ?? []) if (page.picture !== this.preview) URL.revokeObjectURL(page.picture);
    this.state = "waiting";
    this.pages = [];
    this.total = null;
    this.error = null;
    this.requestIds = [];
    this.abort = new AbortController();
  }

  release() {
    this.abort.abort();
    this.reset();
    if (this.preview) URL.revokeObjectURL(this.preview);
  }

  get isOpen() {
    return this.state === "waiting" || this.state === "reading";
  }
}

/** Reads files, some at a time, and calls `onChange(job)` whenever something about one has changed. */
export class Queue {
  #waiting = [];
  #running = 0;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Read a job with these fields of the API. */
  add(job, fields) {
    this.#waiting.push([job, fields]);
    this.#next();
  }

  /** End a job that waits or is being read. What came of it stays. */
  cancel(job) {
    job.state = "cancelled";
    job.abort.abort();
    this.#waiting = this.#waiting.filter(([other]) => other !== job);
    this.#onChange(job);
  }

  async #next() {
    if (this.#running >= AT_A_TIME || !this.#waiting.length) return;
    const [job, fields] = this.#waiting.shift();
    const signal = job.abort.signal;
    this.#running += 1;
    job.state = "reading";
    try {
      const preview = job.isDocument || job.preview ? job.preview : await previewOf(job.file);
      if (signal.aborted && preview !== job.preview) URL.revokeObjectURL(preview);
      signal.throwIfAborted();
      job.preview = preview;
      this.#onChange(job);
      await this.#read(job, fields, signal);
      if (!signal.aborted) job.state = "done";
    } catch (error) {
      if (!signal.aborted) Object.assign(job, { state: "failed", error });
      if (!(error instanceof ReadError) && error.name !== "AbortError") console.error(error);
    }
    this.#running -= 1;
    if (!signal.aborted) this.#onChange(job);
    this.#next();
  }

  async #read(job, fields, signal) {
    const { pages: range, ...others } = fields;
    if (!job.isDocument) {
      const form = { cls: others.cls, ...(others.drop_score && { drop_score: others.drop_score }) };
      // The browser shows the file itself; what it cannot decode comes back from the service.
      this.#take(job, await read(job.file, { ...form, page_image: String(!job.preview) }, signal), signal);
      return;
    }
    // A document comes in parts, so that its first page is there at once. A page costs half a megabyte of uploads at most.
    const step = Math.max(MIN_PAGES, Math.ceil((2 * job.file.size) / 2 ** 20));
    const send = (pages) => read(job.file, { ...others, page_image: "true", pages: pages.join(",") }, signal);
    const first = await send([range?.[0]?.[0] ?? 1]);
    const pages = expandPages(range, first.pages[0].page_count);
    job.total = pages.length;
    this.#take(job, first, signal);
    for (let start = 1; start < pages.length && !signal.aborted; start += step)
      this.#take(job, await send(pages.slice(start, start + step)), signal);
  }

  #take(job, answer, signal) {
    if (signal.aborted) return;
    job.requestIds.push(answer.request_id);
    for (const { image, image_type: type, ...page } of answer.pages)
      job.pages.push({ ...page, picture: image ? pictureUrl(image, type) : job.preview });
    this.#onChange(job);
  }
}

/** The file's own object URL, or null where the browser cannot show it. */
async function previewOf(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return url;
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}
