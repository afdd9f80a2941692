/** @returns the element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, unknown>} properties `class`, `data` (an object) and `on` (listeners) are understood; the
 *   element's own properties are set, everything else becomes an attribute.
 * @param {...(Node|string)} children
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Make an element of SVG with these attributes. */
export function draw(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** An icon out of the page's sprite. */
export function icon(name) {
  const svg = draw("svg", { class: "icon", "aria-hidden": "true" });
  svg.append(draw("use", { href: `#i-${name}` }));
  return svg;
}

/** Show or hide, and say whether it is shown. */
export function toggle(element, shown) {
  element.hidden = !shown;
  return shown;
}

let fading;

/** Say something to the user: read out by screen readers and, if `visible`, a line at the bottom that fades. */
export function say(sentence, visible = true) {
  const status = byId("status");
  status.textContent = sentence;
  status.classList.toggle("shown", visible);
  clearTimeout(fading);
  fading = setTimeout(() => status.classList.remove("shown"), 5000);
}
