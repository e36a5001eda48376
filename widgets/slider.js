// A native range input with a visible label; its value, with unit, stands beside the label.

function render({ model, el }) {
  const label = document.createElement("label");
  const text = document.createElement("span");
  const input = document.createElement("input");
  input.type = "range";
  input.min = 0;
  input.step = 1;
  input.id = label.htmlFor = `slider-${Math.random().toString(36).slice(2)}`;
  text.ariaHidden = "true";
  el.classList.add("lab-slider");
  el.append(label, text, input);

  const say = (index) => {
    const texts = model.get("texts");
    const share = texts.length > 1 ? index / (texts.length - 1) : 0;
    text.textContent = texts[index];
    input.setAttribute("aria-valuetext", texts[index]);
    input.style.setProperty("--share", share);
  };
  const show = () => {
    label.textContent = model.get("label");
    input.max = model.get("texts").length - 1;
    input.disabled = model.get("disabled");
    input.value = model.get("index");
    say(model.get("index"));
  };
  input.addEventListener("input", () => {
    say(input.valueAsNumber);
    model.set("index", input.valueAsNumber);
    model.save_changes();
  });
  const watched = "change:index change:texts change:label change:disabled";
  model.on(watched, show);
  show();
  return () => model.off(watched, show);
}

export default { render };
