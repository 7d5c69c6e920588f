import { assertEquals, assertRejects } from "@std/assert";
import { NegativeError, TimeoutError } from "../../../lib/core/mod.ts";
import { buildMail, type BuiltMail, MailClient, type MailReport } from "../../../lib/mail/mod.ts";
import { GOOD, type Mischief, scriptedSmtp, smtpServer } from "../../kit/scripted_smtp.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const PLAIN = { tls: "none", timeout: DEADLINE_MS } as const;

function message(to: string, text = "hello\n"): Promise<BuiltMail> {
  return buildMail({ from: "ada@example.com", to: [to], subject: "s", text });
}

/** Sends messages that are all ready at once, and says who got one: the reply's code, or the code of the error. */
async function send(client: MailClient, mails: readonly BuiltMail[]): Promise<(number | string | undefined)[]> {
  const sent = await Promise.allSettled(mails.map((mail) => client.send(mail)));
  return sent.map((one) => one.status === "fulfilled" ? codeOf(one.value) : one.reason.code);
}

function codeOf({ recipients }: MailReport): number | undefined {
  return recipients[0]?.reply.code;
}

const commands = (lines: readonly string[]) => lines.filter((line) => /^(?:MAIL|RCPT|DATA|RSET|QUIT)/.test(line));

Deno.test("mail client: the commands of the next message come with the end of the one before it", async () => {
  const seen: string[] = [];
  await using server = scriptedSmtp(async (wire) => {
    const ask = async (say: string, count: number) => {
      await wire.say(say);
      for (let i = 0; i < count; i++) seen.push(await wire.line() ?? "");
    };
    await ask("220 mx\r\n", 1);
    await ask("250-mx\r\n250 PIPELINING\r\n", 3);
    await wire.say("250 ok\r\n250 ok\r\n354 go\r\n");
    await wire.until(".");
    // Nothing was said of the first message yet, and the second is there.
    await ask("", 3);
    await wire.say("250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    await wire.until(".");
    await ask("250 second\r\n", 1);
    await wire.say("221 bye\r\n");
  });
  await using client = new MailClient(server.address, PLAIN);
  assertEquals(await send(client, [await message("one@example.com"), await message("two@example.com")]), [250, 250]);
  await client.close();
  assertEquals(seen.map((line) => line.replace(/ SIZE=.*/, "")), [
    "EHLO [127.0.0.1]",
    ...["MAIL FROM:<ada@example.com>", "RCPT TO:<one@example.com>", "DATA"],
    ...["MAIL FROM:<ada@example.com>", "RCPT TO:<two@example.com>", "DATA"],
    "QUIT",
  ]);
});

/** Ends of the first of three messages, with the second one begun, and the results of all three. */
const ENDS: readonly {
  readonly name: string;
  readonly first: Mischief;
  readonly codes: readonly (number | string)[];
  readonly connections: number;
}[] = [
  { name: "refused", first: "550 5.7.1 no\r\n", codes: [550, 250, 250], connections: 1 },
  {
    name: "taken, and the server closes",
    first: async (wire) => {
      await wire.say("250 ok\r\n");
      wire.close();
    },
    codes: [250, 250, 250],
    connections: 2,
  },
  {
    name: "taken, and the server says that it closes",
    first: async (wire) => {
      await wire.say("250 ok\r\n421 4.3.2 enough\r\n");
      wire.close();
    },
    codes: [250, 250, 250],
    connections: 2,
  },
  { name: "never answered", first: (wire) => wire.close(), codes: ["connection-cut", 250, 250], connections: 2 },
];

for (const { name, first, codes, connections } of ENDS) {
  Deno.test(`mail client: a message that is ${name} does not affect the next ones`, async () => {
    let count = 0;
    await using server = smtpServer({
      ".": async (wire) => {
        if (count++ > 0) return await wire.say(GOOD["."] ?? "");
        await (typeof first === "string" ? wire.say(first) : first(wire, ""));
      },
    });
    await using client = new MailClient(server.address, PLAIN);
    const mails = await Promise.all(["one", "two", "three"].map((who) => message(`${who}@example.com`)));
    assertEquals(await send(client, mails), [...codes]);
    await client.close();
    assertEquals(count, 3);
    assertEquals(server.connections, connections);
    assertEquals(server.lines.filter((line) => line === "RSET"), []);
  });
}

Deno.test("mail client: a message begun early and refused gets no data, and the next one is whole", async () => {
  await using server = smtpServer({
    RCPT: (wire, line) => wire.say(line.includes("two") ? "550 5.1.1 who\r\n" : "250 ok\r\n"),
    DATA: async (wire) => {
      if (server.lines.filter((line) => line.startsWith("RCPT")).at(-1)?.includes("two")) {
        return await wire.say("554 5.5.1 no valid recipients\r\n");
      }
      await wire.say("354 go\r\n");
      await wire.until(".");
      await wire.say("250 ok\r\n");
    },
  });
  await using client = new MailClient(server.address, PLAIN);
  const mails = await Promise.all(["one", "two", "three"].map((who) => message(`${who}@example.com`)));
  assertEquals(await send(client, mails), [250, 550, 250]);
  await client.close();
  assertEquals(commands(server.lines).map((line) => line.split(" ")[0]), [
    ...["MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "RSET", "MAIL", "RCPT", "DATA", "QUIT"],
  ]);
});

Deno.test("mail client: a message that the server cannot accept is not begun", async () => {
  await using server = smtpServer({ EHLO: "250-mx\r\n250-PIPELINING\r\n250 SIZE 1000\r\n" });
  await using client = new MailClient(server.address, PLAIN);
  const large = await message("two@example.com", "x\n".repeat(1000));
  const sent = [client.send(await message("one@example.com")), client.send(large)] as const;
  const third = client.send(await message("three@example.com"));
  await sent[0];
  await assertRejects(() => sent[1], NegativeError);
  assertEquals(codeOf(await third), 250);
  assertEquals(server.lines.filter((line) => line.includes("two@")), []);
});

Deno.test("mail client: without PIPELINING the next message waits for the answer to the one before it", async () => {
  const behind: (string | null)[] = [];
  await using server = smtpServer({
    EHLO: "250 mx\r\n",
    // It never answers: what was received until the timeout was sent early.
    ".": async (wire) => void behind.push(await wire.line()),
  });
  await using client = new MailClient(server.address, { ...PLAIN, timeout: 2000 });
  const first = client.send(await message("one@example.com"));
  const second = client.send(await message("two@example.com"));
  await assertRejects(() => first, TimeoutError);
  await assertRejects(() => second, TimeoutError);
  await server[Symbol.asyncDispose]();
  assertEquals(behind[0], null);
});

Deno.test("mail client: a message after close is not begun before QUIT", async () => {
  await using server = smtpServer();
  await using client = new MailClient(server.address, PLAIN);
  const [one, two] = await Promise.all([message("one@example.com"), message("two@example.com")]);
  const first = client.send(one);
  const parting = client.close();
  const second = client.send(two);
  assertEquals([codeOf(await first), codeOf(await second)], [250, 250]);
  await parting;
  await client.close();
  assertEquals(commands(server.lines).map((line) => line.split(" ")[0]), [
    ...["MAIL", "RCPT", "DATA", "QUIT", "MAIL", "RCPT", "DATA", "QUIT"],
  ]);
  assertEquals(server.connections, 2);
});
