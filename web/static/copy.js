// A button on each command or code that copies it.

const SAID_FOR = 2000; // milliseconds

export function addCopyButtons(blocks) {
  if (!navigator.clipboard) return;
  blocks.forEach(addButton);
}

function addButton(block) {
  const frame = document.createElement("div");
  frame.className = "copyable";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.className = "unseen";
  said.setAttribute("role", "status");
  block.replaceWith(frame);
  frame.append(block, button, said);
  button.addEventListener("click", () => copy(block, button, said));
}

async function copy(block, button, said) {
  try {
    await navigator.clipboard.writeText(block.textContent.trimEnd());
    button.textContent = "Copied";
    said.textContent = "Copied";
  } catch {
    button.textContent = "Select it";
    said.textContent = "Your browser does not let this page copy. Select the text instead.";
    getSelection().selectAllChildren(block);
  }
  setTimeout(() => {
    button.textContent = "Copy";
    said.textContent = "";
  }, SAID_FOR);
}
