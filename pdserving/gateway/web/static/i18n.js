import { MESSAGES } from "./messages.js";

const KEY = "language";
const LOCALE = { en: "en", zh: "zh-CN" };

let language = remembered() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

function remembered() {
  try {
    const stored = localStorage.getItem(KEY);
    return stored in MESSAGES ? stored : null;
  } catch {
    return null;
  }
}

/** The text for a key such as `copy` or `error.network`, or undefined where the language has none. */
export function lookUp(key, values = {}) {
  let text = key.split(".").reduce((level, name) => level?.[name], MESSAGES[language]);
  if (text?.other) text = text[new Intl.PluralRules(LOCALE[language]).select(values.count)] ?? text.other;
  return text?.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "count" ? number(values.count) : values[name]));
}

/** The text for a key that every language has. */
export function t(key, values) {
  const text = lookUp(key, values);
  if (text === undefined) throw new Error(`no message ${key} in ${language}`);
  return text;
}

/** A number as the language writes it. */
export const number = (value, digits = 0) =>
  new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: digits }).format(value);

/** A fraction as percent, with one digit unless it is a whole. It is rounded down: only 1 itself is called 100 %. */
export const percent = (fraction) =>
  new Intl.NumberFormat(LOCALE[language], { style: "percent", minimumFractionDigits: Number.isInteger(fraction) ? 0 : 1 }).format(
    Math.floor(fraction * 1000) / 1000,
  );

/** The language of the server's messages is English: is it the page's too? */
export const isEnglish = () => language === "en";

/** Write all fixed texts of the page in its language. */
export function translatePage() {
  document.documentElement.lang = LOCALE[language];
  for (const element of document.querySelectorAll("[data-i18n]")) element.textContent = t(element.dataset.i18n);
  for (const element of document.querySelectorAll("[data-i18n-label]")) {
    const label = t(element.dataset.i18nLabel);
    element.setAttribute("aria-label", label);
    if (element.matches("button, summary")) element.title = label;
  }
  for (const element of document.querySelectorAll("[data-i18n-placeholder]"))
    element.placeholder = t(element.dataset.i18nPlaceholder);
}

/** Change to the other language and remember it. */
export function switchLanguage() {
  language = isEnglish() ? "zh" : "en";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Not remembered, but shown.
  }
}
