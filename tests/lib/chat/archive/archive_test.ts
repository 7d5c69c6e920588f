import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { HistoryArchive } from "../../../../lib/chat/archive/history_archive.ts";
import { htmlLine } from "../../../../lib/chat/archive/html_form.ts";
import { importLog } from "../../../../lib/chat/archive/import_log.ts";
import { pastLineOf } from "../../../../lib/chat/archive/past_line.ts";
import { plainText } from "../../../../lib/chat/archive/text_form.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { NegativeError, SystemError } from "../../../../lib/core/mod.ts";
import { withFolder } from "../../../kit/folder.ts";

const DATA = new URL("../../../data/chat/", import.meta.url).pathname;

/** Lines that the logs of irssi and WeeChat of one conversation have in common. */
const CONVERSATION = [
  "-- ben sets the topic: tea",
  '-- ben sets the topic: cake "x"',
  "-- ben has removed the topic",
  "-- ben sets mode +v dan",
  "-ben- a notice",
  "<ben> bold text",
  "-- dan was kicked by ben (bye now)",
  "-- ben is now known as benny",
  "-- benny has left (so long)",
  "-- benny has joined",
  "-- benny has quit (Quit: all done)",
];

for (const format of ["irssi", "weechat"] as const) {
  Deno.test(`importLog: a log that ${format} has written is read whole, and added once`, () =>
    withFolder(async (folder) => {
      using archive = new HistoryArchive(`${folder}/chat.db`, { mayBeNew: true });
      const first = await importLog(archive, "#Lobby", `${DATA}${format}.log`);
      assertEquals([first.format, first.known, first.unread], [format, 0, format === "irssi" ? 1 : 3]);
      const texts = [...archive.lines("#lobby")].map((entry) => {
        const past = pastLineOf(entry);
        return past ? plainText(past) : "";
      });
      assertEquals(texts.length, first.added);
      assertEquals(CONVERSATION.filter((line) => !texts.includes(line)), []);
      const again = await importLog(archive, "#lobby", `${DATA}${format}.log`);
      assertEquals([again.added, again.known], [0, first.added]);
    }));
}

Deno.test("importLog: the lines of several logs and of the server are in the order of time", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    const log = async (name: string, day: string, ...texts: readonly string[]) => {
      const lines = texts.map((text, i) => `2020-01-${day} 10:00:0${i}\tann\t${text}`);
      await Deno.writeTextFile(`${folder}/${name}`, lines.join("\n"));
      return `${folder}/${name}`;
    };
    {
      using history = new FileHistory(path);
      const add = (id: string, time: number, channel = "#a") =>
        history.add({ id, time, channel, line: `:ben!b@h PRIVMSG ${channel} :${id}`, tags: "", only: "then" });
      // The clock was set back between the second and the third.
      add("server one", Date.UTC(2024, 0, 2));
      add("server two", Date.UTC(2024, 0, 4));
      add("server three", Date.UTC(2024, 0, 3));
      add("elsewhere", Date.UTC(2019, 0, 1), "#b");
    }
    {
      using archive = new HistoryArchive(path);
      await importLog(archive, "#a", await log("2", "02", "second", "same", "third"));
      await importLog(archive, "#a", await log("1", "01", "first"));
      await importLog(archive, "#a", await log("3", "03", "fourth"));
      // One that overlaps with what is there.
      await importLog(archive, "#a", await log("2", "02", "second", "between", "third"));
      const texts = [...archive.lines("#a")].map((entry) => pastLineOf(entry)?.text);
      assertEquals(texts, [
        ...["first", "second", "same", "between", "third", "fourth"],
        ...["server one", "server two", "server three"],
      ]);
      assertEquals(archive.places(), ["#a", "#b"]);
      assertEquals([...archive.lines("#b")].length, 1);
    }
    using history = new FileHistory(path);
    const search = (text: string) =>
      history.search({ places: new Map([["#a", "then"]]), text, limit: 9 }).map(({ id }) => id);
    assertEquals([search("third").length, search("server"), search("between").length], [
      1,
      ["server one", "server two", "server three"],
      1,
    ]);
    history.add({ id: "new", time: 1, channel: "#a", line: ":ben!b@h PRIVMSG #a :new", tags: "" });
    assertEquals(history.find({ channel: "#a", only: "", limit: 1 }).map(({ id }) => id), ["new"]);
  }));

Deno.test("importLog: rejects what is not a log, and a history in use is left unchanged", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    await Deno.writeTextFile(`${folder}/text`, "this is\nno log\n");
    assertThrows(() => new HistoryArchive(path), SystemError);
    using archive = new HistoryArchive(path, { mayBeNew: true });
    await assertRejects(
      () => importLog(archive, "#a", `${folder}/text`),
      NegativeError,
      "not a log of irssi or WeeChat",
    );
    await assertRejects(() => importLog(archive, "#a", `${folder}/none`), SystemError);
    using history = new FileHistory(path);
    history.add({ id: "1", time: 1, channel: "#a", line: ":ben!b@h PRIVMSG #a :x", tags: "" });
    const busy = await assertRejects(() => importLog(archive, "#a", `${DATA}irssi.log`), SystemError);
    assertEquals(busy.code, "history-busy");
    history.commit();
    assertEquals([...archive.lines("#a")].length, 1);
    assert((await importLog(archive, "#a", `${DATA}irssi.log`)).added > 0);
  }));

Deno.test("export: a hostile text is escaped in every form", () => {
  const line = ":a<b!u@h PRIVMSG #a :<script>alert(1)</script> & \"'\x1b[2J\u202eabc\nsecond";
  const past = pastLineOf({ place: 1, id: "1", time: 0, channel: "#a", line, tags: "" });
  assert(past);
  const escape = "\\x1b[2J";
  assertEquals(plainText(past).includes(`<script>alert(1)</script> & "'${escape}`), true);
  assert(["\x1b", "\u202e"].every((char) => !plainText(past).includes(char)));
  const html = htmlLine(past);
  assertEquals(html.replace(/<\/?(?:p|time|bdi)\b[^<>]*>/g, "").match(/[<>"']/), null);
  assert(html.includes("&#60;script&#62;"));
});
