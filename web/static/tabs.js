// Platform tabs after the ARIA pattern. Which tab comes first was decided in head.js; choosing one here
// changes every set on the page that has it, and is remembered.

let made = 0;

export function makeTabs(sets) {
  sets.forEach(makeSet);
}

function makeSet(set) {
  const panels = [...set.querySelectorAll(":scope > .tab")];
  if (!panels.length) return;
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Your device");
  const tabs = panels.map((panel) => makeTab(panel));
  list.append(...tabs);
  set.prepend(list);
  set.classList.add("ready");
  show(set, panels.find((panel) => panel.classList.contains("chosen")) ?? panels[0]);
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) pick(tab);
  });
  list.addEventListener("keydown", (event) => {
    const next = neighbour(tabs, tabs.indexOf(document.activeElement), event.key);
    if (!next) return;
    event.preventDefault();
    pick(next);
    next.focus();
  });
}

function makeTab(panel) {
  const id = `fx-tab-${++made}`;
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = id;
  tab.className = "tab-button";
  tab.textContent = panel.querySelector(".tab-name")?.textContent ?? "Other";
  tab.setAttribute("role", "tab");
  panel.id ||= `${id}-panel`;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", id);
  panel.tabIndex = 0;
  tab.setAttribute("aria-controls", panel.id);
  return tab;
}

function neighbour(tabs, at, key) {
  const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  return key in moves ? tabs[(moves[key] + tabs.length) % tabs.length] : undefined;
}

function pick(tab) {
  const panel = document.getElementById(tab.getAttribute("aria-controls"));
  const before = tab.getBoundingClientRect().top;
  const choice = { name: tab.textContent, platform: panel.dataset.platform ?? "" };
  for (const set of document.querySelectorAll(".tabs.ready")) {
    const other = set.contains(tab) ? panel : counterpart(set, choice);
    if (other) show(set, other);
  }
  // Sets above may have grown or shrunk: keep what was pressed under the finger.
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
  try {
    localStorage.setItem("fixline-platform", JSON.stringify(choice));
  } catch {
    // Storage is off: the choice holds for this page.
  }
}

function counterpart(set, choice) {
  const panels = [...set.querySelectorAll(":scope > .tab")];
  return (
    panels.find((panel) => panel.querySelector(".tab-name")?.textContent === choice.name) ??
    panels.find((panel) => choice.platform && panel.dataset.platform === choice.platform)
  );
}

function show(set, chosen) {
  for (const tab of set.querySelectorAll(":scope > .tab-list > [role=tab]")) {
    const panel = document.getElementById(tab.getAttribute("aria-controls"));
    const on = panel === chosen;
    panel.hidden = !on;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    if (on) revealSideways(tab);
  }
}

function revealSideways(tab) {
  const list = tab.parentElement;
  const left = tab.offsetLeft - list.offsetLeft;
  if (left < list.scrollLeft || left + tab.offsetWidth > list.scrollLeft + list.clientWidth) list.scrollLeft = left - 24;
}
