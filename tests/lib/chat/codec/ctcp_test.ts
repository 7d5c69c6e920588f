import { assertEquals } from "@std/assert";
import {
  type CtcpMessage,
  ctcpReply,
  readAction,
  readCtcp,
  showCtcp,
  writeAction,
} from "../../../../lib/chat/codec/ctcp.ts";
import { stripFormatting } from "../../../../lib/chat/codec/formatting.ts";

Deno.test("CTCP: messages, actions, the text for display and replies", () => {
  const long = "x".repeat(101);
  const table: readonly (readonly [
    text: string,
    message: CtcpMessage | undefined,
    action: string | undefined,
    display: string,
    reply: string | undefined,
  ])[] = [
    ["VERSION", undefined, undefined, "VERSION", undefined],
    ["a \x01b\x01", undefined, undefined, "a \x01b\x01", undefined],
    ["\x01ACTION waves\x01", { command: "ACTION", argument: "waves" }, "waves", "CTCP ACTION waves", undefined],
    // The last delimiter may be missing (modern.ircdocs.horse), and a command may have any case.
    ["\x01ACTION waves", { command: "ACTION", argument: "waves" }, "waves", "CTCP ACTION waves", undefined],
    ["\x01action a  b \x01", { command: "ACTION", argument: "a  b " }, "a  b ", "CTCP action a  b ", undefined],
    ["\x01ACTION\x01", { command: "ACTION", argument: "" }, "", "CTCP ACTION", undefined],
    ["\x01ACTIONS x\x01", { command: "ACTIONS", argument: "x" }, undefined, "CTCP ACTIONS x", undefined],
    ["\x01", { command: "", argument: "" }, undefined, "CTCP ", undefined],
    ["\x01\x01", { command: "", argument: "" }, undefined, "CTCP ", undefined],
    ["\x01version\x01", { command: "VERSION", argument: "" }, undefined, "CTCP version", "\x01VERSION me\x01"],
    ["\x01PING 5 6\x01", { command: "PING", argument: "5 6" }, undefined, "CTCP PING 5 6", "\x01PING 5 6\x01"],
    ["\x01PING a\x01b", { command: "PING", argument: "a\x01b" }, undefined, "CTCP PING a\x01b", undefined],
    [`\x01PING ${long}\x01`, { command: "PING", argument: long }, undefined, `CTCP PING ${long}`, undefined],
    ["\x01TIME\x01", { command: "TIME", argument: "" }, undefined, "CTCP TIME", undefined],
  ];
  for (const [text, message, action, display, reply] of table) {
    const found = [readCtcp(text), readAction(text), showCtcp(text), ctcpReply(text, "me")];
    assertEquals(found, [message, action, display, reply], JSON.stringify(text));
  }
  assertEquals(writeAction("waves"), "\x01ACTION waves\x01");
});

Deno.test("stripFormatting: colours with and without numbers, and all other codes", () => {
  const table: readonly (readonly [text: string, shown: string])[] = [
    ["\x02\x1d\x1f\x1e\x11\x16a\x0f", "a"],
    ["\x0304,12red\x03 on", "red on"],
    ["\x03123", "3"],
    ["\x034,x", ",x"],
    ["\x04FF0000red\x04", "red"],
    ["\x01a\x07", "\x01a\x07"],
  ];
  for (const [text, shown] of table) assertEquals(stripFormatting(text), shown, JSON.stringify(text));
});
