// What an article gains from scripts: platform tabs, copy buttons, tables that the keyboard can scroll.

import { makeTabs } from "./tabs.js";
import { addCopyButtons } from "./copy.js";

makeTabs(document.querySelectorAll(".tabs"));
addCopyButtons(document.querySelectorAll(".prose pre"));

const SCROLLS = { tabindex: "0", role: "region", "aria-label": "Table, scrolls sideways" };
const reachable = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    for (const [name, value] of Object.entries(SCROLLS)) {
      if (wide) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});
document.querySelectorAll(".table").forEach((table) => reachable.observe(table));
