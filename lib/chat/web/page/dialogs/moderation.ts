import { byId, element, input } from "../view/dom.ts";
import type { Room } from "../room.ts";
import { connection } from "../session.ts";
import { whois } from "../menus/whois.ts";
import { dialog, openDialog } from "./dialog.ts";

type Act = "mute" | "kick" | "ban" | "delete";

const TITLES: Readonly<Record<Act, string>> = {
  mute: "Mute",
  kick: "Kick",
  ban: "Ban and kick",
  delete: "Delete a message of",
};

let run = () => {};

/** Opens the dialog that mutes, kicks or bans a member, or deletes a message. */
export async function openModeration(act: Act, where: Room, nick: string, id = ""): Promise<void> {
  const lists = act === "mute" || act === "ban";
  byId("moderation-title").textContent = `${TITLES[act]} ${nick}`;
  byId("moderation-masks").hidden = !lists;
  byId("moderation-list").replaceChildren();
  byId("moderation-reason").hidden = act === "mute";
  byId("moderation-do").textContent = TITLES[act].split(" ")[0] ?? "";
  input("reason").value = "";
  run = () => {
    const reason = input("reason").value.trim();
    const why = reason === "" ? [] : [reason];
    if (lists) {
      const chosen = document.querySelector<HTMLInputElement>("#moderation-list input:checked")?.value ?? `${nick}!*@*`;
      connection.send("MODE", where.name, "+b", act === "mute" ? `~q:${chosen}` : chosen);
    }
    if (act === "kick" || act === "ban") connection.send("KICK", where.name, nick, ...why);
    if (act === "delete") connection.send("REDACT", where.name, id, ...why);
  };
  openDialog("moderation");
  if (!lists) return input("reason").focus();
  const about = await whois(nick);
  const masks: [mask: string, name: string][] = [[`${nick}!*@*`, `The nick ${nick}`]];
  if (about) masks.push([`*!*@${about.host}`, `Everyone at ${about.host}`]);
  if (about?.account !== undefined) masks.unshift([`~a:${about.account}`, `The account ${about.account}`]);
  byId("moderation-list").replaceChildren(...masks.map(([mask, name], i) => choice(mask, name, i === 0)));
  document.querySelector<HTMLInputElement>("#moderation-list input")?.focus();
}

function choice(mask: string, name: string, checked: boolean): HTMLElement {
  const made = element("label", undefined, "check");
  const box = element("input");
  Object.assign(box, { type: "radio", name: "mask", value: mask, checked });
  made.append(box, ` ${name} `, element("small", mask));
  return made;
}

byId("moderation-form").onsubmit = (event) => {
  event.preventDefault();
  run();
  dialog("moderation").close();
};
