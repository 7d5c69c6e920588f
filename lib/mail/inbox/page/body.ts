import { splitLinks } from "../../../core/text_links.ts";
import type { MailView } from "../view_types.ts";
import { fetchSource } from "./api.ts";
import { checksOf } from "./checks.ts";
import { byId, make } from "./dom.ts";
import { hasRemotePictures } from "./remote_pictures.ts";

/** Characters of a message's source that are shown. */
const MAX_SOURCE = 1_000_000;

/** Draws a message in one of its forms. */
type Draw = (mail: MailView) => HTMLElement;

let chosen: string | undefined;

/** Draws the tabs of a message, and its body in the form that was last chosen. */
export function drawBody(mail: MailView): void {
  const tabs = new Map<string, Draw>();
  if (mail.hasHtml) tabs.set("HTML", (mail) => frameOf(mail));
  if (mail.text !== undefined || !mail.hasHtml) tabs.set("Text", textOf);
  tabs.set("Headers", ({ headers }) => pre(headers.map(({ name, value }) => `${name}: ${value}`).join("\n")));
  tabs.set("Source", sourceOf);
  tabs.set("Checks", ({ id }) => checksOf(id));
  const choose = (name: string, draw: Draw) => {
    for (const button of byId("tabs").children) button.ariaSelected = `${button.textContent === name}`;
    byId("remote").hidden = true;
    byId("body").replaceChildren(draw(mail));
  };
  byId("tabs").replaceChildren(...Array.from(tabs, ([name, draw]) => {
    const button = make("button", name, { type: "button" });
    button.role = "tab";
    button.addEventListener("click", () => {
      chosen = name;
      choose(name, draw);
    });
    return button;
  }));
  const [first] = [...tabs].filter(([name]) => name === chosen).concat([...tabs]);
  if (first) choose(...first);
}

function pre(content: string): HTMLPreElement {
  return make("pre", content, { tabIndex: 0 });
}

function textOf({ text = "" }: MailView): HTMLElement {
  const element = pre("");
  for (const part of splitLinks(text, /https?:\/\/|mailto:/)) {
    const link = { href: part.text, target: "_blank", rel: "noopener noreferrer" };
    element.append(part.link ? make("a", part.text, link) : part.text);
  }
  return element;
}

/** Returns the HTML in a frame without rights; links open in a new tab, which is an ordinary one. */
function frameOf(mail: MailView, remote = false): HTMLIFrameElement {
  const frame = make("iframe", "", { title: "The message's HTML", referrerPolicy: "no-referrer" });
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.src = `/messages/${encodeURIComponent(mail.id)}/frame${remote ? "?images=remote" : ""}`;
  const offer = byId("remote");
  offer.hidden = remote || !hasRemotePictures(mail.html ?? "");
  const button = offer.querySelector("button");
  // A frame that goes elsewhere would leave a step in the history.
  if (button) button.onclick = () => byId("body").replaceChildren(frameOf(mail, true));
  return frame;
}

function sourceOf({ id }: MailView): HTMLElement {
  const element = pre("…");
  fetchSource(id).then((source) => {
    const cut = source.length > MAX_SOURCE;
    element.textContent = cut ? `${source.slice(0, MAX_SOURCE)}\n… (the rest is not shown)` : source;
  }, () => element.textContent = "The sink is gone.");
  return element;
}
