// A classic script, run before the first paint, so that a remembered theme never flashes the other one.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  try {
    const stored = localStorage.getItem("theme");
    if (stored) root.dataset.theme = stored;
  } catch {
    // Storage may be switched off; the system's preference holds then.
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      const asSystem = (theme === "dark") === system.matches;
      if (asSystem) delete root.dataset.theme;
      else root.dataset.theme = theme;
      try {
        if (asSystem) localStorage.removeItem("theme");
        else localStorage.setItem("theme", theme);
      } catch {
        // Not remembered, but shown.
      }
      show();
    });
    system.addEventListener("change", show);
    show();
  });
})();
