import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MailClient, type MailMessage, mailSink, sendMail } from "../../lib/mail/mod.ts";
import { selfSigned } from "../../lib/core/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";
import { Terminal } from "../kit/tmux.ts";
import { runTool, startTool, toolArgs, watch } from "../kit/tool.ts";

const PYTHON = "/usr/bin/python3";

/** Runs a program to its end. */
async function run(program: string, args: readonly string[], stdin = ""): Promise<{ code: number; out: string }> {
  const child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const feed = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await feed;
  return { code, out: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Starts `mail sink` on free ports. */
async function startSink(...args: readonly string[]) {
  const tls = args.includes("--tls") ? [] : ["--starttls"];
  const tool = await startTool("mail", ["sink", "--json", "--port", "0", "--web", "0", ...tls, ...args], {
    env: { TOUCAN_PASSWORD: "s3cret" },
  });
  const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n").length <= 2) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the sink ended: ${tool.stderr()}`);
    text += value;
  }
  // A sink whose records are not read would wait for a reader.
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const [smtp, page] = text.split("\n");
  const { port, pin }: { port: number; pin: string } = JSON.parse(smtp ?? "");
  const { url: inbox }: { url: string } = JSON.parse(page ?? "");
  return {
    port,
    pin,
    inbox,
    messages: async (query = "") => {
      const response = await fetch(`${inbox}api/messages?wait=10s&${query}`);
      const list: { found: number; messages: { id: string; from: string; to: string[]; subject: string }[] } =
        await response.json();
      return list;
    },
    raw: async (id: string) => await (await fetch(`${inbox}api/messages/${id}/raw`)).text(),
    async [Symbol.asyncDispose]() {
      await tool[Symbol.asyncDispose]();
      await drained;
    },
  };
}

const AIOSMTPD = `
import asyncio, json, ssl, sys
from email import message_from_bytes, policy
from aiosmtpd.smtp import SMTP, AuthResult
class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('bad'): return '550 5.1.1 no such user'
        envelope.rcpt_tos.append(address); return '250 OK'
    async def handle_DATA(self, server, session, envelope):
        m = message_from_bytes(envelope.content, policy=policy.default)
        body = m.get_body(('plain',))
        print(json.dumps({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'subject': m['subject'], 'bcc': m['bcc'],
          'text': body.get_content().replace('\\r\\n', '\\n') if body else None, 'tls': session.ssl is not None,
          'user': session.auth_data.decode() if session.auth_data else None}), flush=True)
        return '250 2.0.0 taken'
def auth(server, session, envelope, mechanism, data):
    good = data.password == b's3cret'
    return AuthResult(success=good, handled=False, auth_data=data.login)
port, cert, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(cert, key)
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), tls_context=context, authenticator=auth, enable_SMTPUTF8=True, hostname='py.test'), '127.0.0.1', port)
    await server.serve_forever()
asyncio.run(main())
`;

peerTest("mail send → aiosmtpd: STARTTLS with a pin, AUTH, one bad recipient of three, many on one connection", [
  "python3",
], () =>
  withFolder(async (folder) => {
    const pair = await selfSigned();
    await Deno.writeTextFile(`${folder}/cert.pem`, pair.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, pair.key);
    await Deno.writeTextFile(`${folder}/pw`, "s3cret\n");
    const port = freePort();
    await using server = watch(
      new Deno.Command(PYTHON, {
        args: ["-c", AIOSMTPD, `${port}`, `${folder}/cert.pem`, `${folder}/key.pem`],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
    await untilListening(port, server.process);
    const common = ["send", "--json", "-S", `127.0.0.1:${port}`, "--pin", pair.pin, "-f", "ada@example.com"];
    const auth = ["-u", "ada", "--password-file", `${folder}/pw`];
    const to = ["a@example.com", "bad@example.com", "c@example.com"].flatMap((address) => ["--to", address]);
    const sent = await runTool("mail", [...common, ...auth, ...to, "--bcc", "eve@example.com", "-s", "Grüße 🦜"], {
      stdin: "one\n.\ntwo\n",
    });
    assertEquals([sent.code, sent.stderr], [6, ""]);
    const record: { accepted: number; tls: string; recipients: { address: string; accepted: boolean }[] } = JSON.parse(
      sent.stdout,
    );
    assertEquals([record.accepted, record.tls], [3, "pin"]);
    assertEquals(record.recipients.filter(({ accepted }) => !accepted).map(({ address }) => address), [
      "bad@example.com",
    ]);
    for (const mechanism of ["plain", "login"]) {
      const one = await runTool("mail", [
        ...common,
        ...auth,
        "--auth",
        mechanism,
        "--to",
        "a@example.com",
        "--text",
        "x",
      ]);
      assertEquals([one.code, one.stderr], [0, ""]);
    }
    await Deno.writeTextFile(`${folder}/pw`, "wrong");
    assertEquals((await runTool("mail", [...common, ...auth, "--to", "a@example.com", "--text", "x"])).code, 1);
    const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ to: `n${i}@example.com`, text: `${i}` })).join(
      "\n",
    );
    const batch = await runTool("mail", [...common, "--batch"], { stdin: lines });
    assertEquals([batch.code, batch.stdout.trim().split("\n").length], [0, 50]);
    server.process.kill("SIGKILL");
    const got = (await new Response(server.process.stdout).text()).trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(got.length, 53);
    assertEquals(got[0], {
      from: "ada@example.com",
      to: ["a@example.com", "c@example.com", "eve@example.com"],
      subject: "Grüße 🦜",
      bcc: null,
      text: "one\n.\ntwo\n",
      tls: true,
      user: "ada",
    });
    assertEquals(got.slice(3).map(({ text }) => Number(text)), Array.from({ length: 50 }, (_, i) => i));
  }));

peerTest(
  "mail send → Postfix's smtp-sink: 20 messages in a row, with and without pipelining",
  ["smtp-sink"],
  () =>
    withFolder(async (folder) => {
      for (const [i, extra] of [[], ["-p"], ["-e"], ["-8"]].entries()) {
        const port = freePort();
        await using sink = watch(
          new Deno.Command("smtp-sink", {
            args: ["-u", "nobody", "-c", ...extra, "-d", `${folder}/${i}.%M.`, `127.0.0.1:${port}`, "10"],
            stdin: "piped",
            stdout: "piped",
            stderr: "piped",
            cwd: folder,
          }).spawn(),
        );
        await Deno.chmod(folder, 0o777);
        await untilListening(port, sink.process);
        const lines = Array.from(
          { length: 20 },
          (_, n) => JSON.stringify({ to: `n${n}@example.com`, text: `.\n..\n${n}\n` }),
        );
        const args = ["send", "--batch", "--json", "-S", `127.0.0.1:${port}`, "--tls", "none", "-f", "ada@example.com"];
        const sent = await runTool("mail", args, { stdin: lines.join("\n") });
        assertEquals([sent.code, sent.stderr, sent.stdout.trim().split("\n").length], [0, "", 20]);
        sink.process.kill("SIGTERM");
        await sink.process.status;
      }
      const kept = [...Deno.readDirSync(folder)].map(({ name }) => Deno.readTextFileSync(`${folder}/${name}`));
      assertEquals(kept.length, 80);
      assert(kept.every((text) => /\n\.\n\.\.\n\d+\n/.test(text)), kept[0]);
    }),
);

peerTest("mail sink ← swaks: plain, STARTTLS, TLS, and each AUTH", ["swaks"], async () => {
  const swaks = (port: number, ...args: readonly string[]) =>
    run("swaks", [
      "--server",
      `127.0.0.1:${port}`,
      "--from",
      "a@example.com",
      "--to",
      "b@example.com",
      "--helo",
      "me",
      ...args,
    ]);
  await using open = await startSink();
  const plain = await swaks(open.port, "--header", "Subject: plain");
  assertEquals(plain.code, 0, plain.out);
  const secured = await swaks(open.port, "-tls", "--header", "Subject: starttls");
  assertEquals(secured.code, 0, secured.out);
  assertStringIncludes(secured.out, "TLS started");
  await using implicit = await startSink("--tls");
  const tls = await swaks(implicit.port, "-tlsc", "--header", "Subject: tls");
  assertEquals(tls.code, 0, tls.out);
  assertMatch(await implicit.raw((await implicit.messages()).messages[0]?.id ?? ""), /with ESMTPS;/);
  await using closed = await startSink("--user", "ada");
  for (const mechanism of ["PLAIN", "LOGIN", "CRAM-MD5"]) {
    for (const [password, code] of [["s3cret", 0], ["wrong", 28]] as const) {
      const args = ["--auth", mechanism, "--auth-user", "ada", "--auth-password", password];
      const sent = await swaks(closed.port, ...args, "-tls", "--header", `Subject: ${mechanism}`);
      assertEquals(sent.code, code, sent.out);
    }
  }
  assertEquals((await swaks(closed.port)).code, 23);
  const { found, messages } = await closed.messages("count=3");
  assertEquals([found, messages.map(({ subject }) => subject).sort()], [3, ["CRAM-MD5", "LOGIN", "PLAIN"]]);
  assertMatch(await closed.raw(messages[0]?.id ?? ""), /with ESMTPSA;/);
});

peerTest(
  "mail sink ← curl smtp://, in the clear and with --ssl-reqd, with a password",
  ["curl"],
  () =>
    withFolder(async (folder) => {
      await using sink = await startSink("--user", "ada");
      await Deno.writeTextFile(`${folder}/mail`, "Subject: from curl\r\n\r\n.\r\n..\r\nend\r\n");
      const args = [
        "-sS",
        "--mail-from",
        "a@example.com",
        "--mail-rcpt",
        "b@example.com",
        "-T",
        `${folder}/mail`,
        "-u",
        "ada:s3cret",
      ];
      const clear = await run("curl", [...args, `smtp://127.0.0.1:${sink.port}/me`]);
      assertEquals([clear.code, clear.out], [0, ""]);
      const secured = await run("curl", [...args, "--ssl-reqd", "-k", `smtp://127.0.0.1:${sink.port}/me`]);
      assertEquals([secured.code, secured.out], [0, ""]);
      const wrong = await run("curl", [...args.slice(0, -1), "ada:no", `smtp://127.0.0.1:${sink.port}/me`]);
      assertEquals(wrong.code, 67, wrong.out);
      const { messages } = await sink.messages("count=2");
      assertEquals(messages.length, 2);
      assertStringIncludes(await sink.raw(messages[0]?.id ?? ""), "\r\n\r\n.\r\n..\r\nend\r\n");
    }),
);

const SMTPLIB = `
import smtplib, ssl, sys
from email.message import EmailMessage
port, how, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
context = ssl._create_unverified_context()
if how == 'tls': s = smtplib.SMTP_SSL('127.0.0.1', port, context=context)
else: s = smtplib.SMTP('127.0.0.1', port)
if how == 'starttls': s.starttls(context=context)
if user:
    s.ehlo()
    for name in ('cram_md5', 'plain', 'login'):
        s.user, s.password = user, password
        code, text = s.auth(name.upper().replace('_', '-'), getattr(s, 'auth_' + name), initial_response_ok=name == 'plain')
        assert code == 235, code
        break
m = EmailMessage(); m['Subject'] = 'smtplib ' + how; m['From'] = 'ä@example.com'; m['To'] = 'b@example.com'
m.set_content('ünïcode\\n.\\n..dots\\n', cte='8bit')
refused = s.send_message(m, from_addr='ä@example.com', to_addrs=['b@example.com', 'nobody@example.com'])
print(sorted(refused)); s.quit()
`;

peerTest(
  "mail sink ← Python's smtplib: plain, STARTTLS and TLS, SMTPUTF8, a refused recipient",
  ["python3"],
  async () => {
    await using sink = await startSink("--refuse", "nobody@example.com", "--user", "ada");
    await using implicit = await startSink("--refuse", "@EXAMPLE.org", "--refuse", "nobody@example.com", "--tls");
    for (
      const [how, port, user] of [["plain", sink.port, "ada"], ["starttls", sink.port, "ada"], [
        "tls",
        implicit.port,
        "",
      ]] as const
    ) {
      const sent = await run(PYTHON, ["-c", SMTPLIB, `${port}`, how, user, "s3cret"]);
      assertEquals([sent.code, sent.out], [0, "['nobody@example.com']\n"]);
    }
    const { messages } = await sink.messages("count=2");
    assertEquals(messages.map(({ from, to }) => [from, to]), Array(2).fill(["ä@example.com", ["b@example.com"]]));
    assertStringIncludes(await sink.raw(messages[0]?.id ?? ""), "ünïcode\r\n.\r\n..dots\r\n");
  },
);

peerTest(
  "mail sink ← Postfix's smtp-source: 500 messages over 10 sessions into a maildir, none lost",
  ["smtp-source"],
  () =>
    withFolder(async (folder) => {
      await using sink = await startSink("--dir", `${folder}/Maildir`);
      const args = ["-d", "-s", "10", "-l", "4096", "-m", "500", "-f", "a@example.com", "-t", "b@example.com"];
      const sent = await run("smtp-source", [...args, `127.0.0.1:${sink.port}`]);
      assertEquals([sent.code, sent.out], [0, ""]);
      const files = [...Deno.readDirSync(`${folder}/Maildir/new`)];
      assertEquals([files.length, [...Deno.readDirSync(`${folder}/Maildir/tmp`)].length], [500, 0]);
      for (const { name } of files.slice(0, 20)) assert(Deno.statSync(`${folder}/Maildir/new/${name}`).size > 4096);
    }),
);

const EMAIL = `
import base64, json, sys
from email import message_from_bytes, policy
for line in sys.stdin:
    m = message_from_bytes(base64.b64decode(line), policy=policy.default)
    def part(kind):
        body = m.get_body((kind,))
        return body.get_content() if body else None
    box = lambda name: [[a.display_name, a.addr_spec] for a in m[name].addresses] if m[name] else []
    print(json.dumps({'from': box('from'), 'to': box('to'), 'cc': box('cc'), 'bcc': m['bcc'], 'subject': m['subject'],
      'text': part('plain'), 'html': part('html'), 'defects': [str(d) for p in m.walk() for d in p.defects],
      'id': m['message-id'], 'date': m['date'] is not None, 'x': m['x-note'],
      'attachments': [[a.get_filename(), a.get_content_type(), base64.b64encode(a.get_payload(decode=True) or b'').decode()] for a in m.iter_attachments()]}))
`;

/** Words of several scripts, by which messages differ. */
const WORDS = [
  "hello",
  "Grüße",
  "привет",
  "שלום",
  "مرحبا",
  "こんにちは",
  "你好",
  "नमस्ते",
  "안녕",
  "🦜🥫",
  "e\u0301",
  "a.b",
  '"quoted"',
  "x,y;z",
  "=?no?=",
  "ﬁ",
  "ß",
  "İ",
];

/** A message that only its number makes, with what has to be read of it. */
function generated(i: number) {
  const word = (n: number) => WORDS[(i * 7 + n * 3) % WORDS.length] ?? "";
  const words = (count: number, n: number) => Array.from({ length: count }, (_, k) => word(n + k)).join(" ");
  const attachments = Array.from({ length: i % 4 }, (_, n) => ({
    filename: `${word(n)}-${n}.bin`.replaceAll('"', "'"),
    content: new Uint8Array((i * 1013 * (n + 1)) % 70_000).map((_, k) => (k * (i + 3) + n) % 256),
    type: "application/octet-stream",
  }));
  const message: MailMessage = {
    from: `"${word(1).replace(/["\\]/g, "\\$&")}" <from${i}@example.com>`,
    to: [`to${i}@example.com`, `"${words(2, 5).replace(/["\\]/g, "\\$&")}" <second${i}@bücher.example>`],
    cc: i % 3 === 0 ? [`cc${i}@example.com`] : [],
    bcc: [`hidden${i}@example.com`],
    subject: words(1 + i % 30, 2),
    text: i % 5 === 4 ? undefined : `${words(40, 1)}\n.\n..\n.${word(4)}\n${"long ".repeat(i * 10)}\n\nFrom here\n`,
    html: i % 2 === 0 ? `<p title="${i}">${words(5, 3).replaceAll("<", "&lt;")}</p>\n` : undefined,
    headers: { "X-Note": words(3, 7) },
    attachments,
  };
  return message;
}

const lines = (text: string | undefined | null) => text?.replaceAll("\r\n", "\n").replace(/\n*$/, "") ?? "";

peerTest(
  "mail send → mail sink → Python's email package: 100 messages are what was asked for",
  ["python3"],
  async () => {
    await using sink = await mailSink();
    await using client = new MailClient(sink.address, { tls: "none" });
    const asked = Array.from({ length: 100 }, (_, i) => generated(i));
    const reports = [];
    for (const message of asked) reports.push(await client.send(message));
    const sources: string[] = [];
    for (const { id } of sink.store.messages) sources.push((await sink.store.read(id) ?? new Uint8Array()).toBase64());
    const { code, out } = await run(PYTHON, ["-c", EMAIL], sources.join("\n"));
    assertEquals(code, 0, out);
    const read = out.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(read.length, 100);
    for (const [i, message] of asked.entries()) {
      const got = read[i];
      const box = (text: string) => /^(?:"((?:[^"\\]|\\.)*)" <)?([^<>]*?)>?$/.exec(text)?.slice(1) ?? [];
      const boxes = (texts: readonly string[]) =>
        texts.map(box).map((
          [name = "", address = ""],
        ) => [name.replace(/\\(.)/g, "$1"), address.replace("bücher", "xn--bcher-kva")]);
      assertEquals(got.defects, []);
      assertEquals([got.from, got.to, got.cc], [
        boxes([message.from]),
        boxes([message.to ?? []].flat()),
        boxes([message.cc ?? []].flat()),
      ]);
      assertEquals([got.subject, got.x, got.bcc, got.date], [message.subject, message.headers?.["X-Note"], null, true]);
      assertEquals(got.id, reports[i]?.messageId);
      assertEquals([lines(got.text), lines(got.html)], [lines(message.text), lines(message.html)]);
      const expected = (message.attachments ?? []).map(({ filename, type, content }) => {
        return [filename, type, content instanceof Uint8Array ? content.toBase64() : ""];
      });
      assert(JSON.stringify(got.attachments) === JSON.stringify(expected), `attachments of ${i}`);
      assert(sink.store.messages[i]?.to.includes(`hidden${i}@example.com`));
    }
    assertEquals((await sendMail(sink.address, generated(1), { tls: "none" })).accepted, 3);
  },
);

peerTest(
  "mail send in a terminal: asks for the password, before the body, and does not show it",
  ["tmux"],
  async () => {
    await using sink = await startSink("--user", "ada");
    const words = [
      "-f",
      "ada@example.com",
      "--to",
      "bob@example.com",
      "-S",
      `127.0.0.1:${sink.port}`,
      "--pin",
      sink.pin,
    ];
    for (const body of [["--text", "hello"], []]) {
      const { program, args } = await toolArgs("mail", ["send", ...words, "-u", "ada", ...body]);
      // The shell stays, so that what was written can be seen.
      const line = [program, ...args].map((word) => `'${word}'`).join(" ");
      const env = { TERM: "screen", NO_COLOR: "1" };
      await using terminal = await Terminal.open(["sh", "-c", `${line}; echo "exit $?"; cat`], env);
      await terminal.shows(/^password of ada:/m);
      await terminal.enter("s3cret");
      if (body.length === 0) {
        // Before that, Ctrl-D would be a character of the raw terminal.
        await terminal.shows(/^reading the message body/m);
        await terminal.enter("typed body");
        await terminal.press("C-d");
      }
      const screen = await terminal.shows(/^exit 0$/m);
      assertMatch(screen, /^accepted {2}bob@example\.com/m);
      assert(!screen.includes("s3cret"), screen);
    }
    const { messages } = await sink.messages("count=2");
    assertStringIncludes(await sink.raw(messages[0]?.id ?? ""), "typed body");
  },
);
