import { foldName } from "../../codec/names.ts";
import { COMMANDS } from "./commands.ts";
import { rooms, state } from "./room.ts";
import { byId, element, input } from "./view/dom.ts";
import { isChannel } from "./wire.ts";

/** Maximum number of completions that are listed. */
const MAX_LISTED = 12;

/** A completion of the last word. */
interface Completion {
  readonly text: string;
  readonly usage: string;
  readonly about: string;
}

const [field, list] = [input("text"), byId("completions")];
let shown: readonly Completion[] = [];
let chosen = -1;

/** Returns the completions of the last word of a text: commands, channels, nicks. */
function completionsOf(text: string): Completion[] {
  const [word = ""] = /\S*$/.exec(text) ?? [];
  const start = word === text;
  if (word === "") return [];
  if (start && /^\/\w*$/.test(word)) {
    const known = Array.from(
      COMMANDS,
      ([name, { args, does }]) => ({ text: `/${name} `, usage: `/${name}${args ? ` ${args}` : ""}`, about: does }),
    );
    return known.filter(({ text }) => text.startsWith(word.toLowerCase()));
  }
  const [wanted, names] = isChannel(word)
    ? [word, [...rooms.values()].map(({ name }) => name).filter(isChannel)]
    : [word.replace(/^@/, ""), [...state.current?.people.keys() ?? []].sort()];
  const found = names.filter((name) => foldName(name).startsWith(foldName(wanted)));
  return found.map((name) => ({ text: name + (start && !isChannel(name) ? ": " : " "), usage: name, about: "" }));
}

function draw(completions: readonly Completion[], choice: number): void {
  shown = completions.slice(0, MAX_LISTED);
  chosen = choice;
  list.hidden = shown.length === 0;
  list.replaceChildren(...shown.map(({ usage, about }, i) => {
    const made = element("li", usage);
    made.id = `completion-${i}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", `${i === chosen}`);
    if (about) made.append(" ", element("small", about));
    return made;
  }));
  field.setAttribute("aria-expanded", `${shown.length > 0}`);
  if (chosen >= 0) field.setAttribute("aria-activedescendant", `completion-${chosen}`);
  else field.removeAttribute("aria-activedescendant");
}

function accept({ text }: Completion): void {
  field.value = field.value.replace(/\S*$/, "") + text;
  draw([], -1);
}

/** Handles a key in the field of messages; returns whether it was one for completions. */
export function completes({ key, shiftKey, altKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  const open = shown.length > 0;
  const choice = shown[chosen];
  if (open && (key === "ArrowDown" || key === "ArrowUp")) {
    draw(shown, (chosen + (key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1) + shown.length) % shown.length);
  } else if (open && key === "Escape") draw([], -1);
  else if (key === "Enter" && choice) accept(choice);
  else if (key === "Tab" && !shiftKey) {
    const found = open ? shown : completionsOf(field.value);
    const [only] = found;
    if (!only) return false;
    if (choice || found.length === 1) accept(choice ?? only);
    else draw(found, 0);
  } else return false;
  return true;
}

field.addEventListener("input", () => {
  const text = field.value;
  draw(/^\/\w*$|(?:^|\s)[#@]\S+$/.test(text) ? completionsOf(text) : [], -1);
});
field.addEventListener("blur", () => draw([], -1));
// A press must not take the focus from the field.
list.onpointerdown = (event) => {
  event.preventDefault();
  const item = event.target instanceof Element ? event.target.closest("li") : null;
  const picked = shown[[...list.children].findIndex((one) => one === item)];
  if (picked) accept(picked);
};
