import { byId, element } from "../view/dom.ts";

/** An item of a menu. */
export interface MenuItem {
  /** Name. */
  readonly name: string;
  /** Action. */
  readonly act: () => void;
}

const menu = byId("menu");
let opener: HTMLElement | undefined;

/** Opens a menu beside an element, which has the focus again when the menu is closed. */
export function openMenu(beside: HTMLElement, label: string, items: readonly MenuItem[]): void {
  opener = beside;
  menu.replaceChildren(...items.map(({ name, act }) => {
    const made = element("button", name);
    made.type = "button";
    made.setAttribute("role", "menuitem");
    made.tabIndex = -1;
    made.onclick = () => {
      close();
      act();
    };
    return made;
  }));
  menu.setAttribute("aria-label", label);
  menu.hidden = false;
  const { left, bottom, top } = beside.getBoundingClientRect();
  const [width, height] = [menu.offsetWidth, menu.offsetHeight];
  menu.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
  const below = bottom + height < innerHeight;
  menu.style.top = `${below ? bottom : Math.max(4, Math.min(top, innerHeight) - height)}px`;
  move(0);
}

/** Returns whether a key is one that opens menus. */
export function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return key === "ContextMenu" || (key === "F10" && shiftKey);
}

function close(): void {
  menu.hidden = true;
  (opener?.isConnected && opener.getClientRects().length > 0 ? opener : byId("text")).focus();
  opener = undefined;
}

function move(to: number): void {
  const items = [...menu.querySelectorAll("button")];
  items[(to + items.length) % items.length]?.focus();
}

menu.onkeydown = (event) => {
  const items = [...menu.querySelectorAll("button")];
  const at = items.findIndex((item) => item === document.activeElement);
  const places: Partial<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  const to = places[event.key];
  if (to !== undefined) move(to);
  else if (event.key === "Escape" || event.key === "Tab") close();
  else if (/^\p{L}$/u.test(event.key)) {
    const begins = (item: Element) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()) === true;
    const next = [...items.slice(at + 1), ...items.slice(0, at + 1)].find(begins);
    next?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
};
document.addEventListener("pointerdown", ({ target }) => {
  if (!menu.hidden && target instanceof Node && !menu.contains(target)) menu.hidden = true;
});
