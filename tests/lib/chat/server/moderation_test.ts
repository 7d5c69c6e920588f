import { assertEquals } from "@std/assert";
import { withFolder } from "../../../kit/folder.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

const operators = new Map([["root", "secret"]]);

Deno.test("serveChat: bans and the log of operators survive a restart", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    {
      await using server = chatServer({ history, operators });
      using root = await RawIrc.in(server.address, "root");
      await root.say("OPER root secret");
      await root.say("UBAN ADD ben!*@* DURATION 1h :spam");
      await root.say("UBAN ADD 192.0.2.7");
      await root.say("UBAN DEL 192.0.2.7");
      await root.hears(/no longer banned/);
    }
    const done: (string | undefined)[][] = [];
    await using server = chatServer({
      ...{ history, operators },
      onModerated: ({ action, target }) => done.push([action, target]),
    });
    using ben = await RawIrc.open(server.address);
    await ben.say("NICK ben");
    await ben.say("USER ben 0 * :ben");
    await ben.hears(/ 465 ben :Banned: spam/);
    using root = await RawIrc.in(server.address, "root");
    await root.say("OPER root secret");
    await root.say("AUDIT 4");
    await root.hears(/End of the audit log/);
    const logged = root.lines.flatMap((line) => /NOTICE root :\S+Z (\S+ \S+)/.exec(line)?.[1] ?? []);
    assertEquals(logged, ["ban ben!*@*", "ban 192.0.2.7", "unban 192.0.2.7", "oper root"]);
    assertEquals(done, [["oper", "root"]]);
  }));
