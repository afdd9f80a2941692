import { askForKey, keyHeaders } from "./key.js";

const ADDRESS = new URL("../v1/ocr", import.meta.url);
const UNAUTHORIZED = 401;

/** An answer that is no result, or none at all. `code` is the server's, or `network`, `too_large`, `unexpected`. */
export class ReadError extends Error {
  constructor(code, { message = "", requestId = null, status = 0, fromServer = false } = {}) {
    super(message);
    Object.assign(this, { code, requestId, status, fromServer });
  }
}

/**
 * Post a file to /v1/ocr. Where the service wants a key, the user is asked for it, and the file is sent again.
 * @param {File} file
 * @param {Object<string, string>} fields form fields, as the API names them
 * @param {AbortSignal} signal
 * @returns {Promise<object>} the answer: `request_id`, `text`, `pages`
 * @throws {ReadError} every failure but an abort, which stays an AbortError
 */
export async function read(file, fields, signal) {
  const form = new FormData();
  form.append("file", file, file.name);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);

  for (;;) {
    const key = keyHeaders();
    const { status, answer } = await post(form, key, signal);
    if (status !== UNAUTHORIZED || !(await askForKey(key))) return parse(status, answer);
    signal.throwIfAborted();
  }
}

async function post(body, key, signal) {
  try {
    const headers = { Accept: "application/json", ...key };
    const response = await fetch(ADDRESS, { method: "POST", body, signal, headers });
    return { status: response.status, answer: await response.text() };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ReadError("network");
  }
}

function parse(status, answer) {
  let content;
  try {
    content = JSON.parse(answer);
  } catch {
    content = null;
  }
  if (content?.error?.message)
    throw new ReadError(content.error.code, {
      message: content.error.message,
      requestId: content.error.request_id,
      status,
      fromServer: true,
    });
  if (status === 413) throw new ReadError("too_large", { status });
  if (status >= 400 || !Array.isArray(content?.pages)) throw new ReadError("unexpected", { status });
  return content;
}

/** The object URL of a picture in base64, as the answer's `image` holds it. The caller revokes it. */
export function pictureUrl(base64, type) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type }));
}
