"use strict";
// Shows step N: what belongs to it was computed when the page was made, and stands in #data. See data.rs for its form.
document.documentElement.classList.add("js");
addEventListener("DOMContentLoaded", () => {
  const page = document.documentElement;
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const last = data.steps.why.length - 1;
  const home = page.lang;
  let now = 0;
  let level = 2;
  let playing = null;
  let writing = null;
  let pointed = false;

  const text = (number) => {
    const both = data.texts[number];
    return typeof both === "string" ? both : both[page.lang === "zh" ? 1 : 0];
  };

  const element = (name, className, content) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = content;
    return made;
  };

  // A panel is a list of rows. A row that did not stand there one step before is marked.
  const fill = (id, name, cell) => {
    const column = data.steps[name];
    const rows = data.panels[column[now]];
    const before = new Set(data.panels[column[Math.max(now - 1, 0)]]);
    const body = find(id);
    body.replaceChildren(...rows.map((number) => {
      const [className, ...cells] = data.rows[number];
      const row = document.createElement(cell === "td" ? "tr" : "li");
      row.className = text(className) + (before.has(number) ? "" : " new");
      if (cell === "li") {
        row.textContent = cells.map(text).join(" ");
      } else {
        row.append(...cells.map((each, at) => {
          const made = element(at === 0 ? "th" : "td", "", text(each));
          if (at === 0) made.scope = "row";
          if (cells.length === 1) made.colSpan = 9;
          return made;
        }));
      }
      return row;
    }));
    const card = body.closest(".card");
    card.classList.toggle("is-empty", rows.length === 0);
  };

  // The lines around the place of this step, as far as the page has them.
  const code = (id) => {
    const place = data.places[data.steps[id][now] - 1];
    const shown = find(id);
    shown.closest(".card").classList.toggle("is-empty", !place);
    find(`${id}-place`).textContent = place ? `${data.files[place[0]][0]}:${place[1]}` : "";
    if (!place) return shown.replaceChildren();
    const piece = data.files[place[0]][1].find(([from, lines]) => from <= place[1] && place[1] < from + lines.length);
    if (!piece) return shown.replaceChildren(element("span", "comment", "…"));
    const [from, lines] = piece;
    const first = Math.max(from, place[1] - 6);
    const most = Math.min(from + lines.length - 1, place[1] + 6);
    const written = lines.slice(first - from, most - from + 1).filter((line) => line.trim());
    const indent = Math.min(...written.map((line) => line.length - line.trimStart().length));
    const made = [];
    for (let number = first; number <= most; number += 1) {
      const content = lines[number - from].slice(indent);
      const line = document.createElement(number === place[1] ? "mark" : "span");
      const sort = content.trimStart().startsWith("//") ? "comment" : "text";
      line.append(element("i", "", `${number === place[1] ? "▶" : " "}${String(number).padStart(4)}  `), element("span", sort, `${content}\n`));
      made.push(line);
    }
    shown.replaceChildren(...made);
  };

  const show = () => {
    const at = (column) => data.steps[column][now];
    const [kind] = data.kinds[at("kind")];
    find("step").textContent = now;
    find("time").textContent = text(at("time"));
    find("kind").textContent = kind;
    find("thread").textContent = text(at("thread"));
    find("counts").textContent = text(at("counts"));
    find("role").textContent = text(at("role"));
    if (find("why").textContent !== text(at("why"))) find("why").textContent = text(at("why"));
    fill("tasks", "tasks", "td");
    fill("queue", "queue", "li");
    fill("timers", "timers", "td");
    fill("sources", "sources", "td");
    code("user");
    code("runtime");
    const scrubber = find("scrubber");
    scrubber.value = now;
    scrubber.setAttribute("aria-valuetext", `${now} / ${last}, ${kind}`);
    find("cursor").style.left = `${((now + 0.5) / (last + 1)) * 100}%`;
    find("moment").style.left = `${at("at") / 1000}%`;
  };

  // Browsers allow few changes of the address in a short time.
  const write = () => {
    clearTimeout(writing);
    writing = setTimeout(() => {
      const lang = page.lang === home ? "" : `&lang=${page.lang}`;
      history.replaceState(null, "", `#step=${now}${lang}`);
    }, 150);
  };

  const go = (step) => {
    now = Math.min(Math.max(step, 0), last);
    show();
    write();
  };

  // The next step in a direction that is wanted; where there is none, the end of that direction.
  const seek = (direction, wanted) => {
    let step = now + direction;
    while (step > 0 && step < last && !wanted(data.kinds[data.steps.kind[step]])) step += direction;
    return step;
  };
  const step = (direction) => go(seek(direction, ([, detail]) => detail <= level));
  const next = (direction, kind) => {
    const found = seek(direction, ([name]) => name === kind);
    const is = data.kinds[data.steps.kind[found]];
    if (is && is[0] === kind) go(found);
    else hint(`no more ${kind}`, `没有更多的 ${kind}`);
  };

  const hint = (en, zh) => {
    find("hint").textContent = page.lang === "zh" ? zh : en;
  };

  const play = (on) => {
    clearInterval(playing);
    const tick = () => (now < last ? step(1) : play(false));
    playing = on ? setInterval(tick, 1200) : null;
    page.classList.toggle("playing", on);
    // Nobody can listen to a sentence each second.
    find("why").setAttribute("aria-live", on ? "off" : "polite");
    if (on && now === last) go(0);
  };

  const detail = (wanted) => {
    level = wanted;
    for (const button of document.querySelectorAll("[data-level]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.level) === level));
    }
  };

  const speak = (lang) => {
    page.lang = lang;
    show();
  };

  const keys = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    p: () => next(1, "task.poll"),
    P: () => next(-1, "task.poll"),
    w: () => next(1, "wake"),
    W: () => next(-1, "wake"),
    z: () => next(1, "loop.park"),
    Z: () => next(-1, "loop.park"),
    g: () => go(0),
    G: () => go(last),
    1: () => detail(1),
    2: () => detail(2),
    3: () => detail(3),
    l: () => (speak(page.lang === "zh" ? "en" : "zh"), write()),
    "?": () => find("keys").showModal(),
    " ": () => play(!playing),
  };
  keys.L = keys.l;

  const press = (key) => {
    hint("", "");
    if (key !== " ") play(false);
    keys[key]();
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
    // A button, a link and the film strip's summary have their own use for the space bar.
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    // Who went to code that is too wide with the keyboard scrolls it with the arrows; a click there changes nothing.
    const box = event.target.closest(".scroll, pre");
    if (event.key === "Tab") pointed = false;
    if (event.key.startsWith("Arrow") && box && !pointed && box.scrollWidth > box.clientWidth) return;
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      press(event.key);
    } else if (event.key.length === 1) {
      hint(`${event.key} does nothing here; ? shows the keys`, `${event.key} 在这里没有用；按 ? 看按键`);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.key) press(button.dataset.key);
    if (button?.dataset.level) detail(Number(button.dataset.level));
  });
  document.addEventListener("pointerdown", () => {
    pointed = true;
  });
  find("language").addEventListener("click", () => press("l"));
  find("help").addEventListener("click", () => press("?"));
  find("scrubber").addEventListener("input", (event) => {
    play(false);
    go(Number(event.target.value));
  });
  find("lanes").addEventListener("pointerdown", (event) => {
    const box = find("lanes").getBoundingClientRect();
    play(false);
    go(Math.floor(((event.clientX - box.left) / box.width) * (last + 1)));
  });

  // `#step=41`, and `&lang=zh` where the page begins in the other language.
  const read = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const lang = wanted.get("lang");
    if (lang === "en" || lang === "zh") page.lang = lang;
    const step = Number.parseInt(wanted.get("step") ?? "0", 10);
    now = Math.min(Math.max(Number.isNaN(step) ? 0 : step, 0), last);
    show();
  };
  addEventListener("hashchange", read);
  find("film").open = false;
  read();
});
