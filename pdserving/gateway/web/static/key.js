import { byId } from "./dom.js";
import { t } from "./i18n.js";

const STORED = "api-key"; // in sessionStorage: gone with the tab, and never part of an address

let key = remembered();
let asking = null;

function remembered() {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** The headers that carry the key, none while the user has given none. */
export const keyHeaders = () => (key ? { Authorization: `Bearer ${key}` } : {});

/**
 * Ask the user for a key; requests that are refused at the same time share one question.
 * @param {object} refused the headers of the request that was refused
 * @returns {Promise<boolean>} whether there is another key now
 */
export async function askForKey(refused) {
  if (keyHeaders().Authorization !== refused.Authorization) return true;
  asking ??= ask(Boolean(key)).finally(() => (asking = null));
  return asking;
}

function ask(again) {
  const dialog = byId("key-dialog");
  const field = byId("key");
  byId("key-problem").textContent = again ? t("keyRefused") : "";
  dialog.returnValue = "";
  field.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(take(dialog.returnValue === "give" ? field.value.trim() : "")), { once: true });
  });
}

function take(given) {
  byId("key").value = "";
  if (!given) return false;
  key = given;
  try {
    sessionStorage.setItem(STORED, key);
  } catch {
    // Not remembered, but used.
  }
  return true;
}

/** Let the dialog's buttons end it. Nothing is submitted: that would write the key into the page's address. */
export function watchKey() {
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("key-dialog").close("give");
  });
  byId("key-cancel").addEventListener("click", () => byId("key-dialog").close(""));
}
