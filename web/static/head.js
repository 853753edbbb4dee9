// Runs before the page is painted, so that nothing moves afterwards: says that scripts work, and marks
// the tab to show of each set of platform tabs while the page is still being read.

(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const kinds = [
    ["ios", /iPhone|iPad|iPod/],
    ["android", /Android/],
    ["chromeos", /CrOS/],
    ["windows", /Windows/],
    ["macos", /Mac/],
    ["linux", /Linux/],
  ];
  let remembered = { name: "", platform: "" };
  try {
    remembered = JSON.parse(localStorage.getItem("fixline-platform")) || remembered;
  } catch {
    // Storage is off or holds something else: the device decides.
  }
  const device = kinds.find(([, agent]) => agent.test(navigator.userAgent))?.[0];

  const score = (tab) => {
    if (tab.querySelector(".tab-name")?.textContent === remembered.name) return 3;
    if (tab.dataset.platform === (remembered.platform || device)) return 2;
    return tab.dataset.platform === device ? 1 : 0;
  };
  const choose = (tabs) => {
    const all = [...tabs.querySelectorAll(":scope > .tab")];
    const best = Math.max(...all.map(score));
    const chosen = all.find((tab) => score(tab) === best);
    all.forEach((tab) => tab.classList.toggle("chosen", tab === chosen));
  };
  const observer = new MutationObserver(() => document.querySelectorAll(".tabs:not(.ready)").forEach(choose));
  observer.observe(root, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => observer.disconnect());
  addEventListener("load", () => {
    // The script that makes the tabs did not arrive: show all of them.
    if (document.querySelector(".tabs:not(.ready)")) root.classList.remove("js");
  });
})();
