import { button, byId, element } from "../view/dom.ts";
import { type Line, state } from "../room.ts";
import { plain } from "../text.ts";

/** Lets the next message of the user be the reply to a line. */
export function answer(line: Line | undefined): void {
  if (state.current) state.current.answering = line;
  drawAnswering();
  byId("text").focus();
}

/** Draws to what the next message replies. */
export function drawAnswering(): void {
  const line = state.current?.answering;
  byId("answering").hidden = line === undefined;
  if (!line) return;
  const text = element("span", `Reply to ${line.nick}: ${plain(line.text)}`);
  byId("answering").replaceChildren(text, button("Cancel", () => answer(undefined)));
}
