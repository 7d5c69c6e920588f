import { assertEquals } from "@std/assert";
import { chatServer } from "../../../kit/irc.ts";
import { playIrc, type ScriptClient } from "../../../kit/irc_script.ts";

/** Transcripts: clients with their capabilities, lines that they send (`> ann: JOIN #a`), and all replies to each. */
const FOLDER = new URL("../../../data/irc/", import.meta.url);

for (const { name } of [...Deno.readDirSync(FOLDER)].sort((one, other) => one.name < other.name ? -1 : 1)) {
  Deno.test(`serveChat: transcript ${name}`, async () => {
    const [head = "", ...lines] = Deno.readTextFileSync(new URL(name, FOLDER)).trimEnd().split("\n");
    const clients = head.split(" | ").map((client): ScriptClient => {
      const [nick = "", ...caps] = client.split(" ");
      return [nick, ...caps];
    });
    await using server = chatServer({ motd: "hi", operators: new Map([["root", "secret"]]) });
    const said = lines.filter((line) => line.startsWith("> "));
    const heard = await playIrc(server.address, clients, said);
    // Writes the current replies, after an intended change.
    if (Deno.env.get("TOUCAN_WRITE_TABLES") === "1") {
      Deno.writeTextFileSync(new URL(name, FOLDER), `${[head, ...heard].join("\n")}\n`);
    } else assertEquals(heard.join("\n"), lines.join("\n"));
  });
}
