import { requiringClients } from "../requiring_clients.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseAddress } from "../../../lib/core/mod.ts";
import { request, serveHttp } from "../../../lib/http/mod.ts";
import { type MailSink, mailSink, type MailSinkOptions, sendMail, servePop3 } from "../../../lib/mail/mod.ts";
import { makeCertificate } from "../certificates.ts";
import { smtpServer } from "../scripted_smtp.ts";
import { type Place, SECURED, secured, succeeded, type Trial } from "../trial.ts";

const WHO = { user: "ada", password: "s3cret" };
const FROM_TO = ["--from", "ada@example.com", "--to", "bob@example.com", "--subject", "x"];
const MAIL = { from: "ada@example.com", to: ["bob@example.com"], subject: "x", text: "over the wire" };

async function withSink(options: MailSinkOptions, use: (sink: MailSink) => Promise<unknown>): Promise<void> {
  await using sink = await mailSink({ port: 0, ...options });
  await use(sink);
}

async function source({ store }: MailSink): Promise<string> {
  const bytes = await store.read(store.messages[0]?.id ?? "");
  return new TextDecoder().decode(bytes);
}

/** Runs `mail send` to a sink with these arguments, and checks the received message. */
function sending(words: readonly string[], wanted: RegExp, stdin = "") {
  return async (place: Place) => {
    await place.write("note.txt", "attached");
    await withSink({}, async (sink) => {
      const to = ["--server", sink.address, "--tls", "none", ...FROM_TO, ...words];
      succeeded(await place.tool(to, { stdin }), "bob@example.com");
      assertMatch(await source(sink), wanted);
    });
  };
}

/** Runs `mail sink` with these arguments, and sends a message to it. */
function catching(words: readonly string[], look: (place: Place) => Promise<unknown> = () => Promise.resolve()) {
  return async (place: Place) => {
    await place.write("pw", `${WHO.password}\n`);
    await using tool = await place.start(["--port", "0", "--web", "0", ...words]);
    const secured = words.some((word) => word === "--starttls" || word === "--cert" || word === "--tls-dir");
    const [, addr = "", pin] = await tool.stderrMatch(
      secured
        ? /listening on smtp:\/\/(\S+)\n[^]*hint: .* --pin (\S+) …\n/
        : /listening on smtp:\/\/(\S+)\n[^]*hint: .* --tls none …\n/,
    );
    const auth = words.includes("--user") ? { user: WHO.user, secret: WHO.password } : undefined;
    const report = await sendMail(parseAddress(addr), MAIL, {
      ...(secured ? { tls: "starttls", trust: { pin } } : { tls: "none" }),
      auth: auth && { ...auth, withoutTls: true },
    });
    assertEquals(report.accepted, 1);
    await look(place);
  };
}

/** Passes a connection on to a port. */
async function pipedTo(listener: Deno.UnixListener, port: number): Promise<void> {
  try {
    using client = await listener.accept();
    using behind = await Deno.connect({ hostname: "127.0.0.1", port });
    await Promise.allSettled([client.readable.pipeTo(behind.writable), behind.readable.pipeTo(client.writable)]);
  } catch {
    // The tool did not connect, which the trial shows.
  }
}

/** Runs `mail sink` with a relay, sends a message to it, and releases that. */
async function releasing(place: Place, words: readonly string[]): Promise<void> {
  await using tool = await place.start(["--port", "0", "--web", "0", ...words]);
  const [, addr = "", inbox = ""] = await tool.stderrMatch(
    /listening on smtp:\/\/(\S+)\n[^]*listening on (http:\S+)\n/,
  );
  assertEquals((await sendMail(parseAddress(addr), MAIL, { tls: "none" })).accepted, 1);
  using list = await request(`${inbox}api/messages?wait=60s`);
  const { messages }: { messages: { id: string }[] } = JSON.parse(await list.body.text(10_000));
  using released = await request(`${inbox}api/messages/${messages[0]?.id}/release`, { method: "POST" });
  assertMatch(await released.body.text(10_000), /"accepted":1/);
}

/** Runs `mail read` on a sink with a message, with these arguments, and checks what it has done. */
function reading(words: readonly string[], look: (place: Place) => Promise<unknown> | unknown) {
  return async (place: Place) => {
    await place.write("pw", `${WHO.password}\n`);
    await withSink({}, async (sink) => {
      const server = servePop3("127.0.0.1:0", sink.access);
      const attachments = [{ filename: "note.txt", content: "attached" }];
      await sendMail(sink.address, { ...MAIL, attachments }, { tls: "none" });
      const plain = ["--tls", "none", "--auth-without-tls"];
      const { code, stderr } = await place.tool([
        `pop3://ada@${server.address}`,
        "--password-file",
        "pw",
        ...plain,
        ...words,
      ]);
      assertEquals([code, stderr], [0, ""]);
    });
    await look(place);
  };
}

const attached = new RegExp(btoa("attached"));

/** Key for Ed25519, for a trial alone. */
const DKIM_KEY = "-----BEGIN PRIVATE KEY-----\n" +
  "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";

/** Trials of `mail`. */
export const TRIALS: readonly Trial[] = [
  {
    verb: "mail send",
    proves: ["--attach"],
    reads: ["note.txt"],
    run: sending(["--text", "x", "--attach", "note.txt"], attached),
  },
  {
    verb: "mail send",
    as: "named in a line of stdin",
    reads: ["."],
    run: sending(["--batch"], attached, '{"text": "x", "attach": "note.txt"}\n'),
  },
  {
    verb: "mail send",
    proves: ["--eml-in"],
    reads: ["in.eml"],
    async run(place) {
      await place.write("in.eml", "From: ada@example.com\nTo: bob@example.com\nSubject: ready\n\nhello\n");
      await withSink({}, async (sink) => {
        succeeded(
          await place.tool(["--server", sink.address, "--tls", "none", "--eml-in", "in.eml"]),
          "bob@example.com",
        );
        assertMatch(await source(sink), /Subject: ready\r\n\r\nhello\r\n$/);
      });
    },
  },
  {
    verb: "mail send",
    proves: ["--eml"],
    async run(place) {
      await sending(["--text", "saved", "--eml", "x.eml"], /saved/)(place);
      assertStringIncludes(await place.read("x.eml"), "saved");
      assertEquals([...Deno.readDirSync(place.here)].map(({ name }) => name).sort(), ["note.txt", "x.eml"]);
    },
  },
  {
    verb: "mail send",
    as: "in the folder above, without sending",
    proves: ["--eml"],
    keeps: [],
    async run({ tool, read }) {
      succeeded(await tool([...FROM_TO, "--text", "saved", "--eml", "../x.eml", "--dry-run"]), "saved");
      assertStringIncludes(await read("../x.eml"), "saved");
    },
  },
  {
    verb: "mail send",
    as: "to a device",
    proves: ["--eml"],
    run: sending(["--text", "saved", "--eml", "/dev/null"], /saved/),
  },
  {
    verb: "mail send",
    proves: ["--dkim-key"],
    reads: ["key.pem"],
    async run(place) {
      await place.write("key.pem", DKIM_KEY);
      await sending(
        ["--text", "signed", "--dkim-key", "key.pem", "--dkim-selector", "s"],
        /DKIM-Signature: [^]*signed/,
      )(place);
    },
  },
  {
    verb: "mail send",
    proves: ["--spool"],
    keeps: ["spool"],
    async run(place) {
      const words = ["--server", "127.0.0.1:9", "--tls", "none", ...FROM_TO, "--text", "x", "--spool", "spool"];
      succeeded(await place.tool(words), "kept");
      assertEquals([...Deno.readDirSync(`${place.here}/spool`)].map(({ name }) => name.slice(-5)), [".mail"]);
      await withSink({}, async (sink) => {
        succeeded(
          await place.tool(["--server", sink.address, "--tls", "none", "--spool", "spool", "--flush"]),
          "accepted",
        );
        assertEquals([sink.store.count, [...Deno.readDirSync(`${place.here}/spool`)].length], [1, 0]);
      });
    },
  },
  {
    verb: "mail send",
    proves: ["--accounts"],
    reads: ["accounts"],
    async run(place) {
      await withSink({}, async (sink) => {
        await place.write("accounts", `account a\nhost 127.0.0.1\nport ${sink.port}\n`);
        // The port is named, as it is in the file.
        const words = ["--account", "a", "--accounts", "accounts", ...FROM_TO, "--text", `to port ${sink.port}`];
        succeeded(await place.tool(words), "bob@example.com");
      });
    },
  },
  {
    verb: "mail send",
    proves: ["--server"],
    keeps: ["s.sock"],
    async run({ here, tool }) {
      await using server = smtpServer();
      const listener = Deno.listen({ transport: "unix", path: `${here}/s.sock` });
      const piped = pipedTo(listener, server.address.port);
      succeeded(await tool(["--server", "unix:s.sock", "--tls", "none", ...FROM_TO, "--text", "x"]), "bob@example.com");
      listener.close();
      await piped;
    },
  },
  {
    verb: "mail send",
    proves: [...SECURED, "--password-file"],
    async run(place) {
      const keyPair = await makeCertificate();
      await place.write("pw", `${WHO.password}\n`);
      await withSink({ keyPair, credentials: WHO }, async (sink) => {
        const who = ["--user", WHO.user, "--password-file", "pw"];
        const words = ["--server", `localhost:${sink.port}`, ...who, ...FROM_TO, "--text", "over the wire"];
        succeeded(await secured(place, keyPair.cert, words), "bob@example.com");
        assertMatch(await source(sink), /over the wire/);
      });
    },
  },
  {
    verb: "mail read",
    proves: ["--save", "--password-file"],
    keeps: ["out/m.eml", "out/m.eml.part"],
    async run(place) {
      await place.write("out/other", "");
      await reading(
        ["1", "--save", "out/m.eml"],
        async ({ read }) => assertMatch(await read("out/m.eml"), /over the wire/),
      )(place);
    },
  },
  {
    verb: "mail read",
    as: "in a folder",
    proves: ["--save"],
    keeps: ["box/"],
    run: reading(["--save", "box/"], ({ here }) => assertEquals([...Deno.readDirSync(`${here}/box`)].length, 1)),
  },
  {
    verb: "mail read",
    as: "in a maildir, and remembered",
    proves: ["--save", "--state"],
    keeps: ["Maildir", "seen.json", "seen.json.part"],
    run: reading(["--save", "Maildir", "--as", "maildir", "--new", "--state", "seen.json"], async ({ here, read }) => {
      assertEquals([...Deno.readDirSync(`${here}/Maildir/new`)].length, 1);
      assertStringIncludes(await read("seen.json"), "pop3://ada@127.0.0.1");
    }),
  },
  {
    verb: "mail read",
    as: "in an mbox file",
    proves: ["--save"],
    keeps: ["all.mbox"],
    run: reading(
      ["--save", "all.mbox", "--as", "mbox"],
      async ({ read }) => assertMatch(await read("all.mbox"), /^From ada@/),
    ),
  },
  {
    verb: "mail read",
    proves: ["--attachments"],
    keeps: ["files"],
    run: reading(
      ["--attachments", "files"],
      async ({ read }) => assertEquals(await read("files/note.txt"), "attached"),
    ),
  },
  {
    verb: "mail read",
    proves: [...SECURED],
    async run(place) {
      const keyPair = await makeCertificate();
      await place.write("pw", `${WHO.password}\n`);
      await withSink({ keyPair, credentials: WHO }, async (sink) => {
        const server = servePop3("127.0.0.1:0", { ...sink.access, ...sink.access.security(false) });
        await sendMail(sink.address, MAIL, {
          trust: { pin: keyPair.pin },
          auth: { user: WHO.user, secret: WHO.password },
        });
        const words = [`pop3://${WHO.user}@localhost:${server.port}`, "--password-file", "pw", "1"];
        succeeded(await secured(place, keyPair.cert, words), "over the wire");
      });
    },
  },
  {
    verb: "mail sink",
    proves: ["--dir"],
    keeps: ["Mail/dir"],
    run: catching(["--dir", "Mail/dir"], async ({ here, read }) => {
      const [kept] = [...Deno.readDirSync(`${here}/Mail/dir/new`)];
      assertStringIncludes(await read(`Mail/dir/new/${kept?.name}`), "over the wire");
    }),
  },
  {
    verb: "mail sink",
    as: "through a link",
    proves: ["--dir"],
    keeps: ["link", "real"],
    async run(place) {
      await Deno.mkdir(`${place.here}/real`);
      await Deno.symlink("real", `${place.here}/link`);
      await catching(["--dir", "link"])(place);
      assertEquals([...Deno.readDirSync(`${place.here}/real/new`)].length, 1);
    },
  },
  {
    verb: "mail sink",
    as: "with a password in the folder of the certificate",
    proves: ["--password-file", "--tls-dir"],
    reads: ["kept/cert.pem", "kept/key.pem"],
    async run(place) {
      await place.write("kept/pw", `${WHO.password}\n`);
      await catching(["--user", WHO.user, "--password-file", "kept/pw", "--tls-dir", "kept"])(place);
    },
  },
  { verb: "mail sink", proves: ["--password-file"], run: catching(["--user", WHO.user, "--password-file", "pw"]) },
  {
    verb: "mail sink",
    proves: ["--cert", "--key"],
    reads: ["cert.pem", "key.pem"],
    async run(place) {
      const pair = await makeCertificate();
      await place.write("cert.pem", pair.cert);
      await place.write("key.pem", pair.key);
      await catching(["--cert", "cert.pem", "--key", "key.pem"])(place);
    },
  },
  {
    verb: "mail sink",
    proves: ["--relay-cacert", "--relay-password-file"],
    async run(place) {
      const keyPair = await makeCertificate();
      await place.write("ca.pem", keyPair.cert);
      await place.write("pw", `${WHO.password}\n`);
      await withSink({ keyPair, credentials: WHO }, async (sink) => {
        const who = ["--relay-user", WHO.user, "--relay-password-file", "pw", "--relay-cacert", "ca.pem"];
        await releasing(place, ["--relay-to", `localhost:${sink.port}`, ...who]);
        assertMatch(await source(sink), /over the wire/);
      });
    },
  },
  {
    verb: "mail sink",
    proves: ["--relay-to"],
    keeps: ["s.sock"],
    async run(place) {
      await using server = smtpServer();
      const listener = Deno.listen({ transport: "unix", path: `${place.here}/s.sock` });
      const piped = pipedTo(listener, server.address.port);
      await releasing(place, ["--relay-to", "unix:s.sock", "--relay-tls", "none"]);
      listener.close();
      await piped;
    },
  },
  {
    verb: "mail sink",
    proves: ["--webhook-token-file", "--webhook-cacert"],
    async run(place) {
      const tls = await makeCertificate();
      await place.write("ca.pem", tls.cert);
      await place.write("token", "t0ken\n");
      const got = Promise.withResolvers<string>();
      await using server = serveHttp("127.0.0.1:0", ({ headers }) => {
        got.resolve(headers.get("authorization") ?? "");
        return Promise.resolve({ status: 204 });
      }, { tls });
      const url = `https://localhost:${server.addr.port}/`;
      const words = ["--webhook", url, "--webhook-token-file", "token", "--webhook-cacert", "ca.pem"];
      await catching(words, async () => assertEquals(await got.promise, "Bearer t0ken"))(place);
    },
  },
  {
    verb: "mail sink",
    proves: ["--client-ca"],
    reads: ["c/cert.pem", "c/key.pem"],
    run: requiringClients(["--port", "0", "--smtp-only"], "QUIT\r\n"),
  },
  {
    verb: "mail sink",
    proves: ["--tls-dir"],
    reads: ["kept/cert.pem", "kept/key.pem"],
    run: catching(["--tls-dir", "kept"], ({ read }) => read("kept/key.pem")),
  },
];
