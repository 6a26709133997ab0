// The map of the course: what is solved, what is next.

const STATES = { solved: ["●", " solved"], tried: ["◐", " tried"] };

function draw_map() {
  const states = kept("checks", {});
  let first = null;
  for (const place of document.querySelectorAll(".map > li")) {
    let open = 0;
    for (const unit of place.querySelectorAll(".unit")) {
      const [mark, words] = STATES[states[unit.dataset.unit]] ?? ["○", ""];
      unit.querySelector(".mark").textContent = mark;
      unit.querySelector(".state").textContent = words;
      open += mark !== "●" && !unit.textContent.includes("★");
    }
    place.classList.toggle("done", !open);
    const ids = place.dataset.questions.split(" ");
    const made = ids.filter((id) => bets()[id]?.choice).length;
    place.querySelector(".bets").textContent = made ? `${made} of ${ids.length} questions bet on.` : "";
    if (open && !first) first = place.querySelector("h2 a");
  }
  const next = document.getElementById("next");
  const started = Object.keys(states).length || Object.keys(bets()).length;
  next.replaceChildren(started ? "Go on with " : "Begin with ", first?.cloneNode(true) ?? "whatever you like: all is solved");
}

if (document.querySelector(".map")) {
  draw_map();
  window.addEventListener("storage", draw_map);
  window.addEventListener("pageshow", draw_map);
  document.querySelector("[data-do=forget]").addEventListener("click", (event) => {
    const said = event.target.parentNode.querySelector(".said");
    if (event.target.dataset.sure) {
      forget();
      draw_map();
      said.textContent = "All is forgotten.";
    } else said.textContent = "Once more, and every bet and answer in this browser is gone.";
    event.target.dataset.sure = event.target.dataset.sure ? "" : "yes";
  });
}
