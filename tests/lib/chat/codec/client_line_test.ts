import { assertEquals } from "@std/assert";
import { ClientLineSplitter, readClientLine } from "../../../../lib/chat/codec/client_line.ts";
import { readCount, readTimestamp } from "../../../../lib/chat/codec/values.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

const LABEL = "@label=L1 ";
const LONG = "x".repeat(600);

/** Invalid lines and the reply; each is sent with a label and without. */
const REFUSED: readonly (readonly [line: string | Uint8Array<ArrayBuffer>, reply: string])[] = [
  ["FOO_BAR x", "421 ann FOO_BAR :Unknown command"],
  ["foo-bar", "421 ann FOO-BAR :Unknown command"],
  [":source 12 x", "421 ann 12 :Unknown command"],
  [bytes("PRIVMSG #a :", [0xff, 0xaa]), utf8("PRIVMSG")],
  [bytes("topic #a :", [0xc3]), utf8("TOPIC")],
  [bytes("", [0xff]), utf8("*")],
  [bytes("FO", [0xff, 0x20, 0x78]), utf8("*")],
  [`PRIVMSG #a :${LONG}`, "417 ann :Input line was too long"],
  [`PRIVMSG #a :${"x".repeat(9000)}`, "417 ann :Input line was too long"],
  ["PRIVMSG #a :\0", "400 ann PRIVMSG :NUL and CR are not allowed in a message"],
  ["NICK a\rb", "400 ann NICK :NUL and CR are not allowed in a message"],
  ["FOO\0BAR x", "400 ann FOO?BAR :NUL and CR are not allowed in a message"],
  ["\rFOO", "400 ann ?FOO :NUL and CR are not allowed in a message"],
  ["\x01FOO", "421 ann ?FOO :Unknown command"],
];

function bytes(text: string, more: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...new TextEncoder().encode(text), ...more]);
}

function utf8(command: string): string {
  return `FAIL ${command} INVALID_UTF8 :Message rejected, your IRC software MUST use UTF-8 encoding on this network`;
}

Deno.test("serveChat: the reply to an invalid line names its command and has its label", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann", "labeled-response", "message-tags", "batch");
  for (const [line, reply] of REFUSED) {
    for (const label of [LABEL, ""]) {
      await ann.write(label);
      await ann.write(line);
      await ann.write("\r\n");
      assertEquals(await ann.upToNow(), [`${label}:toucan.local ${reply}`], `${label}${line}`);
    }
  }
  await ann.write(`${LABEL.trimEnd()};+a=${"x".repeat(5000)} PRIVMSG ann :x\r\n`);
  assertEquals(await ann.upToNow(), [`${LABEL}:toucan.local 417 ann :Input line was too long`]);
});

Deno.test("ClientLineSplitter: command and tags of invalid lines, for any division of the input", () => {
  const line = "@label=a;+x=y :src FOO_BAR :text\r\n";
  const expected = { problem: "no-command", command: "FOO_BAR", tags: new Map([["label", "a"], ["+x", "y"]]) };
  assertEquals(readClientLine(line.trimEnd()), expected as ReturnType<typeof readClientLine>);
  const data = new TextEncoder().encode(line);
  for (let cut = 1; cut < data.length; cut++) {
    const splitter = new ClientLineSplitter();
    const read = [...splitter.push(data.slice(0, cut)), ...splitter.push(data.slice(cut))];
    assertEquals(read, [expected] as typeof read);
  }
  assertEquals(readClientLine("@label=cut"), { problem: "no-command", command: "", tags: new Map() });
});

/** Decimal numbers; JavaScript's `Number` accepts most of the invalid ones. */
const COUNTS: readonly (readonly [text: string | undefined, value: number | undefined])[] = [
  ["0", 0],
  ["5", 5],
  ["007", 7],
  ["999999999999999", 999_999_999_999_999],
  ["1000", undefined],
  ["9999999999999999", undefined],
  ...["", " ", "5 ", "+5", "-5", "0x10", "1e2", "5.0", "Infinity", "5\n", "٥", undefined].map((text) =>
    [text, undefined] as const
  ),
];

Deno.test("readCount: digits only", () => {
  for (const [text, value] of COUNTS) assertEquals(readCount(text, text === "1000" ? 999 : undefined), value, text);
});

/** Times of server-time; `Date.parse` accepts most of the invalid ones. */
const TIMES: readonly (readonly [text: string, iso: string | undefined])[] = [
  ["2026-11-27T15:04:05.678Z", "2026-11-27T15:04:05.678Z"],
  ["2026-11-27T15:04:05Z", "2026-11-27T15:04:05.000Z"],
  ["2026-11-27T15:04:05.6Z", "2026-11-27T15:04:05.600Z"],
  ["2026-11-27T15:04:05.678999Z", "2026-11-27T15:04:05.678Z"],
  ["2016-12-31T23:59:60.000Z", "2017-01-01T00:00:00.000Z"],
  ["2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
  ["0050-01-01T00:00:00.000Z", "0050-01-01T00:00:00.000Z"],
  ...[
    "2023-02-29T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-11-27T24:00:00.000Z",
    "2026-11-27T15:60:00.000Z",
    "2026-11-27T15:04:05.678",
    "2026-11-27T15:04:05.678+01:00",
    "2026-11-27",
    "2026",
    "Nov 27 2026",
    "1764255845",
    "",
  ].map((text) => [text, undefined] as const),
];

Deno.test("readTimestamp: times of server-time", () => {
  for (const [text, iso] of TIMES) {
    const time = readTimestamp(text);
    assertEquals(time === undefined ? undefined : new Date(time).toISOString(), iso, text);
  }
});
