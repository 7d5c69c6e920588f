import { splitLinks } from "../../../../core/text_links.ts";
import { LINK_BEGINS, MARKS } from "../text.ts";

/** Returns the element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Returns the input of the page with this id. */
export function input(id: string): HTMLInputElement {
  const found = byId(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`#${id} is not an input`);
  return found;
}

/** Creates an element. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text?: string,
  className?: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Creates a button. */
export function button(name: string, act: () => void): HTMLButtonElement {
  const made = element("button", name);
  made.type = "button";
  made.onclick = act;
  return made;
}

/**
 * Returns a function that runs `act` before the next frame, with at least `gap` milliseconds between two runs. A hidden page has no
 * frames, and uses a timer.
 */
export function throttled(act: () => void, gap: number): () => void {
  let waits = false;
  let last = -gap;
  const next = () => {
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
  const run = () => {
    const now = performance.now();
    if (now - last < gap) return next();
    last = now;
    waits = false;
    act();
  };
  return () => {
    if (waits) return;
    waits = true;
    next();
  };
}

const EMPHASIS = new Map([
  ["\x02", "bold"],
  ["\x1d", "italic"],
  ["\x1f", "underlined"],
  ["\x1e", "struck"],
  ["\x11", "mono"],
]);

/** Returns a text as nodes: text, links and a few marks of emphasis, and nothing else. */
export function nodes(text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  const classes = new Set<string>();
  let last = 0;
  const put = (end: number) => {
    if (end > last) made.append(styled(text.slice(last, end), [...classes].join(" ")));
  };
  for (const { 0: mark, index } of text.matchAll(MARKS)) {
    put(index);
    last = index + mark.length;
    const name = EMPHASIS.get(mark);
    if (mark === "\x0f") classes.clear();
    else if (name !== undefined && !classes.delete(name)) classes.add(name);
  }
  put(text.length);
  return made;
}

function styled(text: string, className: string): Node {
  const linked = withLinks(text);
  if (className === "") return linked;
  const made = element("span", undefined, className);
  made.append(linked);
  return made;
}

function withLinks(text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  for (const part of splitLinks(text, LINK_BEGINS)) {
    if (!part.link) {
      made.append(part.text);
      continue;
    }
    const link = element("a", part.text);
    link.href = part.text;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.title = link.href;
    made.append(link);
  }
  return made;
}
