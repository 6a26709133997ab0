// Questions on the page: bets are kept in the browser, results wait for them.

const drawn = new Map(); // question id -> the functions that draw it anew

function bets() {
  return kept("bets", {});
}

function decided(id) {
  const bet = bets()[id];
  return Boolean(bet && (bet.choice || bet.shown));
}

function bet_first(id) {
  return `<a href="#ask-${id}">Bet first on the question above</a>, or be shown without: the result then stands here.`;
}

function stored({ id, facts, verdicts, because }, note) {
  const bet = bets()[id] ?? {};
  const there = facts.place !== "ask" && (bet.shown || (facts.place === "recall" && bet.choice));
  const verdict = verdicts[bet.choice ? `${bet.choice} ${bet.sure}` : ""];
  if (facts.place === "settle" && !there) return { ...bet, note, result: { html: bet_first(id) } };
  const html = verdict ? `<p><b>${verdict}</b></p>${because}` : because;
  return { ...bet, note, result: there ? { html } : null };
}

/** Keep a bet. All results of a page are there already, so that a bet is final. */
function take(id, record) {
  const all = bets();
  if (all[id]?.shown) return "";
  all[id] = record.without ? { ...all[id], shown: true } : { ...record, shown: true };
  return keep("bets", all);
}

/** Show what waits for bets that are made. */
function release() {
  for (const each of document.querySelectorAll(".settles")) each.classList.toggle("open", !decided(each.dataset.question));
  for (const each of document.querySelectorAll("[data-waits]")) {
    const open = each.dataset.waits.split(" ").filter((id) => !decided(id));
    const free = !open.length;
    if (each.matches(".held")) each.hidden = !free;
    if (each.matches(".bet-first")) each.hidden = free;
    if (each.matches(".bet-first") && !free) each.firstElementChild.href = `#ask-${open.at(-1)}`;
    if (free && each.matches(".text"))
      for (const fold of each.querySelectorAll("details"))
        fold.open ||= lrcourse.folds.includes(fold.querySelector("summary").textContent);
  }
  reachable();
}

async function draw_questions() {
  const places = [...document.querySelectorAll(".question")];
  if (!places.length) return;
  const { question } = await module(lrcourse.modules.question);
  for (const el of places) {
    const asked = facts(el);
    let note = "";
    const write = (record) => {
      note = take(asked.id, record);
      for (const draw of drawn.get(asked.id)) draw();
      release();
    };
    el.classList.toggle("settles", asked.facts.place === "settle");
    const draw = question(el, asked.facts, () => stored(asked, note), write);
    drawn.set(asked.id, [...(drawn.get(asked.id) ?? []), draw]);
  }
  release();
  // What another tab bets is a bet here.
  window.addEventListener("storage", () => {
    for (const draw of [...drawn.values()].flat()) draw();
    release();
  });
}

draw_questions();
