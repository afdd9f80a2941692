import { byId, draw, make, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { levelOf } from "./lines.js";

const ZOOMS = [1, 1.5, 2, 3, 4, 6];

/** A page's picture with the quads of its lines over it. */
export class Viewer {
  #sheet = byId("sheet");
  #viewport = byId("viewport");
  #boxes = [];
  #zoom = 0; // index into ZOOMS

  /** @param {{onHover: (index: ?number) => void, onChoose: (index: number) => void}} on */
  constructor(on) {
    const indexOf = (event) => this.#boxes.indexOf(event.target);
    this.#sheet.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") on.onHover(indexOf(event) >= 0 ? indexOf(event) : null);
    });
    this.#sheet.addEventListener("pointerleave", () => on.onHover(null));
    this.#sheet.addEventListener("click", (event) => {
      if (indexOf(event) >= 0) on.onChoose(indexOf(event));
    });
    byId("larger").addEventListener("click", () => this.#setZoom(this.#zoom + 1));
    byId("smaller").addEventListener("click", () => this.#setZoom(this.#zoom - 1));
    byId("boxes").addEventListener("click", ({ currentTarget: button }) => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      this.#sheet.classList.toggle("bare", !shown);
    });
    this.#setZoom(0);
  }

  /**
   * Show a page, or, where it has none yet, the file's own picture.
   * @param {?object} page the API's page, with `picture`
   * @param {{preview: ?string, reading: boolean}} job
   */
  show(page, { preview, reading }) {
    const picture = page ? page.picture : preview;
    const image = picture && make("img", { src: picture, alt: "", decoding: "async" });
    this.#sheet.classList.toggle("reading", reading && !page);
    this.#sheet.classList.toggle("blank", !page && !preview);
    this.#boxes = [];
    this.#sheet.replaceChildren(...(image ? [image] : []));
    if (page) {
      this.#size(page.width, page.height);
      this.#sheet.append(this.#overlay(page));
    } else if (image) {
      image.addEventListener("load", () => this.#size(image.naturalWidth, image.naturalHeight));
    } else {
      this.#size(210, 297); // a sheet of A4 stands for a page that is still to come
    }
    this.#setZoom(0);
  }

  /** Write the page's number, where there is more than one. */
  number(index, total) {
    if (!toggle(byId("pager"), total > 1)) return;
    byId("page-number").textContent = `${index + 1} / ${total}`;
    byId("page-number").setAttribute("aria-label", t("pageOf", { page: index + 1, total }));
    byId("previous").disabled = index === 0;
    byId("next").disabled = index === total - 1;
  }

  /** Mark the box whose line is looked at; the others step back. */
  mark(active) {
    this.#boxes.forEach((box, index) => box.classList.toggle("active", index === active));
    this.#sheet.classList.toggle("pointed", active !== null);
  }

  /** Bring a box into view, where the picture is larger than its frame. */
  reveal(index) {
    if (this.#zoom > 0) this.#boxes[index]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #overlay({ width, height, lines }) {
    const overlay = draw("svg", {
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      class: "overlay",
      "aria-hidden": "true",
    });
    this.#boxes = lines.map((line) =>
      draw("polygon", { points: line.quad.map((point) => point.join(",")).join(" "), "data-level": levelOf(line) }),
    );
    const outlines = lines.map(({ quad }) => `M${quad.map((point) => point.join(" ")).join("L")}Z`);
    overlay.append(draw("path", { d: outlines.join(""), class: "halo" }), ...this.#boxes);
    return overlay;
  }

  #size(width, height) {
    this.#sheet.style.setProperty("--ratio", width / height);
    this.#sheet.style.setProperty("--width", `${width}px`);
  }

  #setZoom(zoom) {
    this.#zoom = Math.min(Math.max(zoom, 0), ZOOMS.length - 1);
    this.#sheet.style.setProperty("--zoom", ZOOMS[this.#zoom]);
    this.#viewport.tabIndex = this.#zoom > 0 ? 0 : -1; // arrow keys scroll it
    byId("smaller").disabled = this.#zoom === 0;
    byId("larger").disabled = this.#zoom === ZOOMS.length - 1;
    byId("zoom").textContent = `${ZOOMS[this.#zoom] * 100} %`;
  }
}
