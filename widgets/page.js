// What every lab and every card needs of the page: its keys, and what opens in view. Their look comes as this widget's style.

const SHORTCUT = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" ||
  (event.shiftKey && event.key === "Enter");

// JupyterLab would take arrow keys, space and letters from the controls of a lab.
globalThis.labKeepsItsKeys ??= window.addEventListener(
  "keydown",
  (event) => {
    // A canvas keeps every key that it hears, Tab too: nobody could leave it.
    if (event.target.matches?.(".lab canvas")) event.stopImmediatePropagation();
    if (event.target.closest?.(".lab"))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", !SHORTCUT(event));
  },
  true,
) ?? true;

// What a fold opens is brought into view, once the page has it.
globalThis.labShowsWhatOpens ??= window.addEventListener("click", (event) => {
  const group = event.target.closest?.(".lab-fold")?.parentElement;
  if (group) setTimeout(() => group.scrollIntoView({ block: "nearest" }), 300);
}) ?? true;

function render({ el }) {
  el.classList.add("lab-page");
}

export default { render };
