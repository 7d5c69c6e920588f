import { assertEquals, assertRejects } from "@std/assert";
import { NegativeError, ToucanError } from "../../../lib/core/mod.ts";
import { answering } from "../../../lib/dns/internal.ts";
import {
  buildMail,
  type DomainReport,
  MailClient,
  mailSink,
  type MailSinkOptions,
  MailSpool,
  MxSender,
  readyMail,
  sendOrSpool,
  sendSpooled,
} from "../../../lib/mail/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { scriptedSmtp } from "../../kit/scripted_smtp.ts";

const PLAIN = { tls: "none" } as const;
const MESSAGE = { from: "ada@example.com", to: ["bob@example.com", "ann@example.com"], text: "hello" };

const files = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/^.*\./, "")).sort();

/** Opens a spool in a folder of its own. */
const withSpool = (use: (spool: MailSpool, folder: string) => Promise<void>) =>
  withFolder(async (folder) => await use(await MailSpool.open(`${folder}/spool`), `${folder}/spool`));

Deno.test("spool: what cannot be sent is kept whole, and sent once by the next run", async () => {
  await withSpool(async (spool, folder) => {
    const raw = new TextEncoder().encode("Subject: x\r\n\r\n\0 .\r\n.\r\n\r\n");
    const mail = readyMail(raw, { from: "<>", to: ["bob@example.com"] });
    {
      await using down = new MailClient("127.0.0.1:9", PLAIN);
      const report = await sendOrSpool(mail, spool, down);
      assertEquals([report.state, report.error?.code, files(folder)], ["kept", "connection-refused", ["mail"]]);
    }
    await using sink = await mailSink();
    await using client = new MailClient(sink.address, PLAIN);
    const sent = await Array.fromAsync(sendSpooled(spool, client));
    assertEquals(sent.map(({ state, report }) => [state, report?.accepted]), [["answered", 1]]);
    assertEquals([files(folder), sink.store.count, sink.store.messages[0]?.from], [[], 1, ""]);
    const stored = await sink.store.read(sink.store.messages[0]?.id ?? "");
    assertEquals(stored?.slice(-raw.length), raw);
    assertEquals(await Array.fromAsync(sendSpooled(spool, client)), []);
  });
});

Deno.test("spool: only recipients that were refused for now wait", async () => {
  await withSpool(async (spool) => {
    await using sink = await mailSink({ fail: ["rcpt:451:ann@*"] });
    await using client = new MailClient(sink.address, PLAIN);
    assertEquals((await sendOrSpool(await buildMail(MESSAGE), spool, client)).waiting, ["ann@example.com"]);
    assertEquals((await Array.fromAsync(sendSpooled(spool, client))).map(({ state }) => state), ["kept"]);
    sink.faults.set({});
    assertEquals((await Array.fromAsync(sendSpooled(spool, client))).map(({ state }) => state), ["answered"]);
    assertEquals(sink.store.messages.map(({ to }) => to), [["bob@example.com"], ["ann@example.com"]]);
  });
});

Deno.test("spool: what is rejected for good is not kept", async () => {
  await withSpool(async (spool, folder) => {
    await using sink = await mailSink({ refuse: ["*"] });
    await using client = new MailClient(sink.address, PLAIN);
    assertEquals((await sendOrSpool(await buildMail(MESSAGE), spool, client)).state, "answered");
    assertEquals(files(folder), []);
  });
});

Deno.test("spool: a message whose reply was lost is set aside, and not sent again", async () => {
  await withSpool(async (spool, folder) => {
    await spool.add(await buildMail(MESSAGE));
    await using server = scriptedSmtp(async (wire) => {
      await wire.say("220 mx\r\n");
      for (let line = await wire.line(); line !== null; line = await wire.line()) {
        if (line === "DATA") {
          await wire.say("354 go\r\n");
          await wire.until(".");
          return wire.close();
        }
        await wire.say("250 ok\r\n");
      }
    });
    await using client = new MailClient(server.address, PLAIN);
    const reports = await Array.fromAsync(sendSpooled(spool, client));
    assertEquals(reports.map(({ state, error }) => [state, error?.code]), [["uncertain", "connection-cut"]]);
    assertEquals([files(folder), reports.map(({ path }) => path)], [["uncertain"], await spool.left()]);
    assertEquals(await Array.fromAsync(sendSpooled(spool, client)), []);
  });
});

Deno.test("spool: two runs at once send each message once", async () => {
  await withSpool(async (spool, folder) => {
    for (let i = 0; i < 40; i++) await spool.add(await buildMail({ ...MESSAGE, subject: String(i) }));
    await using sink = await mailSink();
    const run = async () => {
      await using client = new MailClient(sink.address, PLAIN);
      return (await Array.fromAsync(sendSpooled(await MailSpool.open(folder), client))).length;
    };
    const [one, other] = await Promise.all([run(), run()]);
    assertEquals([one + other, sink.store.count, files(folder)], [40, 40, []]);
  });
});

Deno.test("spool: where the server cannot be reached the others are not tried, and no message is lost", async () => {
  await withSpool(async (spool) => {
    for (let i = 0; i < 3; i++) await spool.add(await buildMail(MESSAGE));
    await using down = new MailClient("127.0.0.1:9", PLAIN);
    assertEquals((await Array.fromAsync(sendSpooled(spool, down))).length, 1);
    assertEquals(await spool.count(), 3);
  });
});

Deno.test("spool: a file that is not a message is an error, and stays", async () => {
  await withSpool(async (spool, folder) => {
    await Deno.writeTextFile(`${folder}/1.mail`, '{"from":"a@example.com"}\nSubject: x\n');
    await using down = new MailClient("127.0.0.1:9", PLAIN);
    const error = await assertRejects(() => Array.fromAsync(sendSpooled(spool, down)), ToucanError);
    assertEquals([error.code, error instanceof NegativeError, files(folder)], ["invalid-spool", false, ["sending"]]);
  });
});

for (
  const [what, options, code] of [
    ["is busy", { fail: ["connect:421"] }, "smtp-closing"],
    ["rejects the client", { fail: ["connect:554"] }, "server-refused"],
    ["rejects the password", { credentials: { user: "ada", password: "other" } }, "auth-refused"],
  ] as const satisfies readonly (readonly [string, MailSinkOptions, string])[]
) {
  Deno.test(`spool: what a server that ${what} did not take is kept, and sent later`, async () => {
    await withSpool(async (spool, folder) => {
      const auth = { user: "ada", secret: "word", withoutTls: true };
      {
        await using sink = await mailSink(options);
        await using client = new MailClient(sink.address, {
          ...PLAIN,
          auth: "credentials" in options ? auth : undefined,
        });
        const report = await sendOrSpool(await buildMail(MESSAGE), spool, client);
        assertEquals([report.state, report.error?.code, files(folder)], ["kept", code, ["mail"]]);
        const again = await Array.fromAsync(sendSpooled(spool, client));
        assertEquals([again.map(({ state, error }) => [state, error?.code]), files(folder)], [[["kept", code]], [
          "mail",
        ]]);
      }
      await using sink = await mailSink();
      await using client = new MailClient(sink.address, PLAIN);
      await Array.fromAsync(sendSpooled(spool, client));
      assertEquals([sink.store.count, files(folder)], [1, []]);
    });
  });
}

Deno.test("spool: a message that the server cannot take does not stop the others", async () => {
  await withSpool(async (spool, folder) => {
    await using sink = await mailSink({ limits: { messageSize: 2000 } });
    for (const text of ["x".repeat(3000), "hello"]) await spool.add(await buildMail({ ...MESSAGE, text }));
    await using client = new MailClient(sink.address, PLAIN);
    const reports = await Array.fromAsync(sendSpooled(spool, client));
    assertEquals(reports.map(({ state, error }) => [state, error?.code]), [
      ["kept", "message-too-large"],
      ["answered", undefined],
    ]);
    assertEquals([sink.store.count, files(folder)], [1, ["mail"]]);
  });
});

Deno.test("spool: direct delivery sends to each domain once, and keeps those whose servers are down", async () => {
  await withSpool(async (spool, folder) => {
    await using sink = await mailSink();
    await using dns = answering({
      "up.test.": { A: [{ data: "127.0.0.1" }] },
      "down.test.": { A: [{ data: "127.0.0.9" }] },
      "null.test.": { MX: [{ data: "0 ." }] },
    });
    const seen: DomainReport[] = [];
    const options = { port: sink.port, dns: { servers: [dns.address] } };
    const sender = new MxSender(options, (report) => void seen.push(report));
    const to = ["x@down.test", "x@null.test", "x@up.test", "y@up.test"];
    // As a run for one server has left it.
    await spool.add(await buildMail({ ...MESSAGE, to }));
    const reports = await Array.fromAsync(sendSpooled(spool, sender));
    const summary = reports.map((
      { state, waiting, report },
    ) => [state, waiting, report?.recipients.map(({ reply }) => reply.code)]);
    assertEquals(summary, [
      ["kept", ["x@down.test"], undefined],
      ["answered", [], [556]],
      ["answered", [], [250, 250]],
    ]);
    assertEquals([files(folder), sink.store.messages.map(({ to }) => to)], [["mail"], [["x@up.test", "y@up.test"]]]);
    assertEquals(seen.map(({ domain }) => domain).sort(), ["down.test", "null.test", "up.test"]);
    assertEquals((await Array.fromAsync(sendSpooled(spool, sender))).map(({ waiting }) => waiting), [["x@down.test"]]);
    assertEquals(sink.store.count, 1);
  });
});

Deno.test("direct delivery: no other server is tried when the reply to a message is lost", async () => {
  await withSpool(async (spool, folder) => {
    await using first = await mailSink({ host: "127.0.0.1", fail: ["message:drop"] });
    await using second = await mailSink({ host: "127.0.0.2", port: first.port });
    await using dns = answering({
      "a.test.": { MX: [{ data: "1 one.test." }, { data: "2 two.test." }] },
      "one.test.": { A: [{ data: "127.0.0.1" }] },
      "two.test.": { A: [{ data: "127.0.0.2" }] },
    });
    await spool.add(await buildMail({ ...MESSAGE, to: "x@a.test" }));
    const sender = new MxSender({ port: first.port, dns: { servers: [dns.address] } });
    const reports = await Array.fromAsync(sendSpooled(spool, sender));
    assertEquals(reports.map(({ state }) => state), ["uncertain"]);
    assertEquals([first.store.count, second.store.count, files(folder)], [1, 0, ["uncertain"]]);
  });
});
