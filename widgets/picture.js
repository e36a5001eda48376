// A picture that says in words what it shows, tells how much room it has, and passes a pointer on.

function render({ model, el }) {
  const img = document.createElement("img");
  img.draggable = false;
  el.classList.add("lab-picture");
  el.append(img);

  const set = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };

  const show = () => {
    const frame = model.get("frame");
    const source = model.get("source");
    img.alt = model.get("alt");
    const [width, height] = [model.get("width"), model.get("height")];
    Object.assign(img, { width, height });
    Object.assign(el.style, { maxWidth: `${width}px`, aspectRatio: `${width} / ${height}` });
    img.classList.toggle("lab-empty", !source);
    if (!source) {
      img.removeAttribute("src");
      return set({ shown: frame });
    }
    img.onload = () => set({ shown: frame });
    img.src = source;
  };
  model.on("change:frame", show);
  show();
  const keep = ({ name, source }) => Object.assign(document.createElement("a"), { download: name, href: source }).click();
  model.on("msg:custom", keep);

  const measure = () => {
    const room = Math.floor((el.closest(".lab") ?? el).clientWidth);
    const ratio = window.devicePixelRatio;
    if (room && (room !== model.get("room") || ratio !== model.get("ratio"))) set({ room, ratio });
  };
  const observer = new ResizeObserver(measure);
  observer.observe(el);

  // The page hands a busy kernel only the newest state, so that holds the last few events.
  let events = Date.now();
  let recent = [];
  let pressed = false;
  const point = (kind) => (event) => {
    if (!model.get("draggable") || (kind !== "down" && !pressed)) return;
    pressed = kind === "down" || kind === "move";
    if (kind === "down") img.setPointerCapture(event.pointerId);
    const box = img.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (kind === "move" && recent.at(-1)?.kind === "move") recent.pop();
    recent = [...recent, { kind, x, y, event: ++events }].slice(-16);
    set({ pointer: recent });
  };
  for (const kind of ["down", "move", "up", "cancel"])
    img.addEventListener(`pointer${kind}`, point(kind));
  // What is typed after a click on the picture belongs to the lab's field, not to the notebook.
  const field = () => el.closest(".lab")?.querySelector('input[type="text"]')?.focus({ preventScroll: true });
  img.addEventListener("click", field);
  const dress = () => img.classList.toggle("lab-draggable", model.get("draggable"));
  model.on("change:draggable", dress);
  dress();

  return () => {
    observer.disconnect();
    model.off("change:frame", show);
    model.off("msg:custom", keep);
    model.off("change:draggable", dress);
  };
}

export default { render };
