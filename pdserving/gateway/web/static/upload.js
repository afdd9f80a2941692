import { byId, toggle } from "./dom.js";

const DOCUMENT = /\.(pdf|tiff?)$/i;
const DOCUMENT_TYPE = /^(application\/pdf|image\/tiff)$/;
const PICTURE = /\.(jpe?g|png|webp|bmp|gif|hei[cf]|avif|jp2|j2k)$/i;
const PICTURE_TYPE = /^image\/(jpeg|png|webp|bmp|x-ms-bmp|gif|hei[cf]|avif|jp2)$/;

/**
 * What a file says it is: `document` where it may have several pages, `picture`, `other`, or `unknown` where it has
 * neither extension nor type.
 */
export function kindOf(file) {
  if (DOCUMENT_TYPE.test(file.type) || DOCUMENT.test(file.name)) return "document";
  if (PICTURE_TYPE.test(file.type) || PICTURE.test(file.name)) return "picture";
  return file.type || /\.\w+$/.test(file.name) ? "other" : "unknown";
}

/** Call `onFiles(files)` with what is chosen, dropped anywhere on the page, or pasted. */
export function watchUploads(onFiles) {
  const input = byId("file");
  for (const id of ["choose", "add"]) byId(id).addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file may be chosen again
    onFiles(files);
  });

  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return; // text, which belongs into a field
    event.preventDefault();
    onFiles(files);
  });

  let depth = 0; // dragenter and dragleave come for every element that is crossed
  const bringsFiles = (event) => event.dataTransfer.types.includes("Files");
  const show = () => toggle(byId("veil"), depth > 0);
  document.addEventListener("dragenter", (event) => {
    if (bringsFiles(event)) depth += 1;
    show();
  });
  document.addEventListener("dragleave", (event) => {
    if (bringsFiles(event)) depth = Math.max(0, depth - 1);
    show();
  });
  document.addEventListener("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show();
    onFiles([...event.dataTransfer.files]);
  });
}
