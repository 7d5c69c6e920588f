import { MODE_FLAGS, type ModeChange, parseModes, writeModes } from "../../../codec/modes.ts";
import { foldName } from "../../../codec/names.ts";
import { button, byId, element, input } from "../view/dom.ts";
import { isOperator, type Room, state } from "../room.ts";
import { connection } from "../session.ts";
import { plain } from "../text.ts";
import { isChannel, type ServerMessage } from "../wire.ts";
import { dialog, openDialog } from "./dialog.ts";

/** Modes that the dialog shows as boxes, and those with a value: the ids of their fields. */
const FLAGS: readonly string[] = [..."imts"].filter((flag) => MODE_FLAGS.includes(flag));
const VALUES = new Map([["k", "mode-k"], ["l", "mode-l"], ["w", "mode-w"]]);
/** Maximum number of entries of the list of bans that is shown. */
const MAX_BANS = 200;

let where: Room | undefined;
/** The modes as the server has them: the value, or nothing for a flag. */
let modes = new Map<string, string>();

/** Opens the settings of the channel that is shown; only operators can change them. */
export function openSettings(): void {
  if (!state.current || !isChannel(state.current.name)) return;
  where = state.current;
  modes = new Map();
  byId("settings-title").textContent = `Settings of ${where.name}`;
  byId("settings-error").textContent = "";
  byId("bans").replaceChildren();
  input("ban-mask").value = "";
  input("new-topic").value = plain(where.topic);
  openDialog("settings");
  drawFields();
  refresh();
}

function refresh(): void {
  if (!where) return;
  connection.send("MODE", where.name);
  connection.send("MODE", where.name, "+b");
}

/** Draws the fields, except for those that the user has changed since the modes were as before. */
function drawFields(before?: ReadonlyMap<string, string>): void {
  const allowed = where !== undefined && isOperator(where);
  for (const flag of FLAGS) {
    const box = input(`mode-${flag}`);
    if (!before || box.checked === before.has(flag)) box.checked = modes.has(flag);
  }
  for (const [mode, id] of VALUES) {
    const field = input(id);
    if (!before || field.value === (before.get(mode) ?? "")) field.value = modes.get(mode) ?? "";
  }
  for (const id of [...FLAGS.map((flag) => `mode-${flag}`), ...VALUES.values(), "ban-mask"]) {
    input(id).disabled = !allowed;
  }
  input("new-topic").disabled = !allowed && modes.has("t");
  byId("ban-add").hidden = !allowed;
}

/** Takes a reply about the modes of a channel, or a change of them. */
export function settingsCame({ command, params }: ServerMessage): void {
  const [, name = "", ...rest] = command === "MODE" ? ["", ...params] : params;
  if (!where || !dialog("settings").open || foldName(name) !== foldName(where.name)) return;
  if (command === "MODE") {
    byId("bans").replaceChildren();
    return refresh();
  }
  if (command === "324") {
    const before = modes;
    modes = new Map(parseModes(rest).map(({ mode, param = "" }) => [mode, param]));
    return drawFields(before);
  }
  const [mask = "", by = ""] = rest;
  if (byId("bans").childElementCount >= MAX_BANS) return;
  const item = element("li");
  item.append(element("span", plain(mask)), " ", element("small", plain(by.split("!")[0] ?? "")));
  if (isOperator(where)) {
    const remove = button("Remove", () => connection.send("MODE", name, "-b", mask));
    remove.setAttribute("aria-label", `Remove ${plain(mask)}`);
    item.append(" ", remove);
  }
  byId("bans").append(item);
}

/** Returns what the fields change. */
function changes(): ModeChange[] {
  const made: ModeChange[] = [];
  for (const mode of FLAGS) {
    const set = input(`mode-${mode}`).checked;
    if (set !== modes.has(mode)) made.push({ set, mode });
  }
  for (const [mode, id] of VALUES) {
    const value = input(id).value.trim();
    const before = modes.get(mode) ?? "";
    if (value === before) continue;
    if (value !== "") made.push({ set: true, mode, param: value });
    else made.push(mode === "k" ? { set: false, mode, param: before } : { set: false, mode });
  }
  return made;
}

byId("settings-form").onsubmit = (event) => {
  event.preventDefault();
  if (!where) return;
  byId("settings-error").textContent = "";
  const made = isOperator(where) ? changes() : [];
  if (made.some(({ param = "" }) => /\s/.test(param))) {
    byId("settings-error").textContent = "A value must not contain spaces.";
    return;
  }
  if (made.length > 0) connection.send("MODE", where.name, ...writeModes(made));
  const topic = input("new-topic").value;
  if (topic !== plain(where.topic)) connection.send("TOPIC", where.name, topic);
};
byId("ban-add").onclick = () => {
  const mask = input("ban-mask").value.trim();
  if (mask === "" || !where) return;
  byId("settings-error").textContent = "";
  connection.send("MODE", where.name, "+b", mask);
  input("ban-mask").value = "";
};
byId("show-settings").onclick = openSettings;
