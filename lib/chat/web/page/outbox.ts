import { writeAction } from "../../codec/ctcp.ts";
import { utf8Length } from "../../codec/message.ts";
import { foldName } from "../../codec/names.ts";
import { drawAnswering } from "./menus/answering.ts";
import { button, byId, element, nodes } from "./view/dom.ts";
import { type Line, type Pending, type Room, rooms, state } from "./room.ts";
import { connection } from "./session.ts";
import { isChannel } from "./wire.ts";
import { cut } from "./text.ts";

/** Bytes of a line, without its line end. */
const LINE_BYTES = 510;
/** Bytes of the longest user and host, where the own ones are not known. */
const USER_HOST_BYTES = 75;

let labels = 0;

/** Sends a text to a room, in as many messages as it needs. */
export function say(where: Room, text: string, action = false): void {
  const before = `:${state.me}!${state.userHost || "x".repeat(USER_HOST_BYTES)} PRIVMSG ${where.name} :`;
  const around = action ? utf8Length(writeAction("")) : 0;
  let reply = where.answering?.id;
  where.answering = undefined;
  drawAnswering();
  for (const part of cut(text.toWellFormed(), Math.max(50, LINE_BYTES - utf8Length(before) - around))) {
    const sent = action ? writeAction(part) : part;
    const one: Pending = { label: `p${labels++}`, text: sent, shown: part, action, reply, state: "waiting", why: "" };
    reply = undefined;
    where.outbox.push(one);
    transmit(where, one);
  }
}

function transmit(where: Room, one: Pending): void {
  const ready = connection.up && (where.inside || !isChannel(where.name));
  one.state = ready ? "sent" : "waiting";
  one.why = ready ? "" : connection.up ? "you are not in this channel" : "not sent yet: not connected";
  const tags = new Map([["label", one.label]]);
  if (one.reply !== undefined) tags.set("+draft/reply", one.reply);
  if (ready) connection.tagged(tags, "PRIVMSG", where.name, one.text);
  drawOutbox(where);
}

/** Removes a message that the server has echoed. */
export function echoed(where: Room, text: string, label: string | undefined): void {
  const index = where.outbox.findIndex((one) =>
    label ? one.label === label : one.state === "sent" && one.text === text
  );
  if (index < 0) return;
  where.outbox.splice(index, 1);
  drawOutbox(where);
}

/** Marks a message that the server refuses: the one with the label, or the oldest to the target. Returns whether there is one. */
export function unsent(label: string | undefined, target: string | undefined, why: string): boolean {
  for (const where of rooms.values()) {
    const isTarget = target !== undefined && foldName(target) === foldName(where.name);
    const one = where.outbox.find((one) => label ? one.label === label : one.state === "sent" && isTarget);
    if (!one) continue;
    one.state = "failed";
    one.why = `not sent: ${why}`;
    drawOutbox(where);
    return true;
  }
  return false;
}

/** Marks what was sent over a lost connection: whether the server has it will be seen in the history, or not at all. */
export function unsure(): void {
  for (const where of rooms.values()) {
    for (const one of where.outbox) {
      if (one.state !== "sent") continue;
      one.state = isChannel(where.name) ? "unknown" : "failed";
      one.why = "the connection was lost before the server confirmed it";
    }
    drawOutbox(where);
  }
}

/** Settles what was said meanwhile: what is among these lines has arrived, what is not has not. Sends what waited. */
export function settle(where: Room, lines: readonly Line[]): void {
  const arrived = lines.filter(({ own }) => own);
  for (const one of [...where.outbox]) {
    if (one.state === "unknown") {
      const index = arrived.findIndex((line) => line.said === one.text);
      if (index >= 0) {
        arrived.splice(index, 1);
        where.outbox.splice(where.outbox.indexOf(one), 1);
      } else one.state = "failed";
    } else if (one.state === "waiting") transmit(where, one);
  }
  drawOutbox(where);
}

/** Draws what is not confirmed, when the room is shown. */
export function drawOutbox(where: Room): void {
  if (where !== state.current) return;
  byId("outbox").replaceChildren(...where.outbox.map((one) => itemOf(where, one)));
  if (state.following) toEnd();
}

/** Scrolls to the last line. */
export function toEnd(): void {
  byId("scroll").scrollTop = byId("scroll").scrollHeight;
}

function itemOf(where: Room, one: Pending): HTMLElement {
  const made = element("li", undefined, one.state);
  const text = element("p");
  text.append(element("span", (one.action ? "* " : "") + state.me, "who"), " ", nodes(one.shown));
  made.append(element("time", "…"), text);
  if (!one.why) return made;
  const why = element("small", `${one.why} `);
  if (one.state === "failed") why.append(button("Send again", () => transmit(where, one)), " ");
  if (one.state !== "sent") {
    const discard = () => {
      where.outbox.splice(where.outbox.indexOf(one), 1);
      drawOutbox(where);
    };
    why.append(button("Discard", discard));
  }
  text.append(why);
  return made;
}
