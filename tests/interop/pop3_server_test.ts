import { assertEquals, assertStringIncludes } from "@std/assert";
import { type MailSink, mailSink, type MailSinkOptions, servePop3 } from "../../lib/mail/mod.ts";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const MESSAGES = [
  "From: a@example.com\r\nSubject: one\r\nMessage-ID: <1@example.com>\r\n\r\nhello\r\n",
  "From: b@example.com\r\nSubject: two\r\nMessage-ID: <2@example.com>\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n",
  `From: c@example.com\r\nSubject: three\r\nMessage-ID: <3@example.com>\r\n\r\n${"line of text\r\n".repeat(20_000)}`,
];
const ADA = { user: "ada", password: "se cret" };

interface Served {
  readonly sink: MailSink;
  readonly port: number;
  readonly pop3s: number;
  readonly folder: string;
  readonly tls: TestCertificate;
}

/** Serves three messages by POP3, with STLS and with implicit TLS. */
async function served(use: (served: Served) => Promise<void>, options: MailSinkOptions = {}): Promise<void> {
  const tls = await makeCertificate();
  await withFolder(async (folder) => {
    await using sink = await mailSink({ keyPair: tls, credentials: ADA, ...options });
    for (const message of MESSAGES) {
      await sink.store.add({ from: "a@example.com", to: ["b@example.com"] }, [bytes(message)]);
    }
    const plain = servePop3("127.0.0.1:0", { ...sink.access, ...sink.access.security(false) });
    const secure = servePop3("127.0.0.1:0", { ...sink.access, ...sink.access.security(true) });
    await Deno.writeTextFile(`${folder}/ca.pem`, tls.cert);
    await use({ sink, port: plain.port, pop3s: secure.port, folder, tls });
  });
}

async function run(program: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null", ...options })
    .output();
  const text = (output: Uint8Array) => new TextDecoder().decode(output);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const normal = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
const left = ({ sink }: Served) => sink.store.count;

for (const [scheme, secured] of [["pop3", ["--ssl-reqd"]], ["pop3s", []]] as const) {
  peerTest(`pop3 → curl, ${scheme}: listing, UIDL, messages, TOP and DELE`, ["curl"], () =>
    served(async (host) => {
      const base = `${scheme}://localhost:${scheme === "pop3" ? host.port : host.pop3s}`;
      const curl = async (...args: string[]) => {
        const common = ["-sS", "--cacert", `${host.folder}/ca.pem`, "-u", `${ADA.user}:${ADA.password}`, ...secured];
        const { code, stdout, stderr } = await run("curl", [...common, ...args]);
        assertEquals([code, stderr], [0, ""]);
        return stdout;
      };
      assertEquals((await curl(`${base}/`)).trim().split("\r\n").length, 3);
      assertEquals((await curl(`${base}/`, "-X", "UIDL")).trim().split("\r\n").length, 3);
      for (const [i, message] of MESSAGES.entries()) assertEquals(await curl(`${base}/${i + 1}`), message);
      assertStringIncludes(await curl(`${base}/`, "-X", "TOP 2 1"), "\r\n.dot\r\n");
      await curl(`${base}/1`, "-X", "DELE", "-I");
      assertEquals(left(host), 2);
    }));
}

peerTest(
  "pop3 → poplib: STLS, implicit TLS, every command, and deletions at QUIT only",
  ["python3"],
  () =>
    served(async (host) => {
      const script = `
import poplib, ssl, sys
port, ports, ca = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile=ca)
p = poplib.POP3('localhost', port)
assert 'STLS' in p.capa()
p.stls(context)
p.user('ada'); p.pass_('se cret')
assert p.stat()[0] == 3
number, sizes = len(p.list()[1]), [int(line.split()[1]) for line in p.list()[1]]
uids = p.uidl()[1]
for i in range(3):
    assert len(b'\\r\\n'.join(p.retr(i + 1)[1]) + b'\\r\\n') == sizes[i], i
assert p.top(2, 2)[1][-2:] == [b'.dot', b'..'], p.top(2, 2)
p.dele(1); p.rset(); p.dele(2); p.noop()
p.close()
s = poplib.POP3_SSL('localhost', ports, context=context)
s.user('ada'); s.pass_('se cret')
assert s.uidl()[1] == uids
s.dele(2)
s.quit()
try:
    w = poplib.POP3_SSL('localhost', ports, context=context); w.user('ada'); w.pass_('wrong')
    raise SystemExit('accepted')
except poplib.error_proto as error:
    assert b'[AUTH]' in error.args[0]
    w.close()
print('ok')
`;
      const args = ["-c", script, String(host.port), String(host.pop3s), `${host.folder}/ca.pem`];
      assertEquals(await run("python3", args), { code: 0, stdout: "ok\n", stderr: "" });
      assertEquals(left(host), 2);
    }),
);

for (const auth of ["user", "plain"]) {
  peerTest(
    `pop3 → mpop: a maildir with STLS, auth ${auth}, pipelined, and deleted on the server`,
    ["mpop"],
    () =>
      served(async (host) => {
        const { folder } = host;
        for (const name of ["new", "cur", "tmp"]) await Deno.mkdir(`${folder}/Maildir/${name}`, { recursive: true });
        await Deno.writeTextFile(
          `${folder}/mpoprc`,
          [
            ...[
              "account default",
              "host localhost",
              `port ${host.port}`,
              "user ada",
              "password se cret",
              `auth ${auth}`,
            ],
            ...["tls on", "tls_starttls on", `tls_trust_file ${folder}/ca.pem`, "keep off", "received_header off"],
            ...[`delivery maildir ${folder}/Maildir`, `uidls_file ${folder}/uidls`, "pipelining on"],
          ].map((line) => `${line}\n`).join(""),
          { mode: 0o600 },
        );
        const { code, stderr } = await run("mpop", ["-C", `${folder}/mpoprc`]);
        assertEquals([code, stderr], [0, ""]);
        const got = [...Deno.readDirSync(`${folder}/Maildir/new`)].map(({ name }) =>
          normal(Deno.readTextFileSync(`${folder}/Maildir/new/${name}`))
        );
        assertEquals(got.sort(), MESSAGES.map(normal));
        assertEquals(left(host), 0);
      }),
  );
}

peerTest("pop3 → fetchmail: STLS, UIDL, an mda gets each message once", ["fetchmail"], () =>
  served(async (host) => {
    const { folder } = host;
    const lines = [
      `poll localhost proto pop3 port ${host.port} uidl user "ada" password "se cret" keep`,
      `sslproto "auto" sslcertck sslcertfile "${folder}/ca.pem" mda "/bin/cat >> ${folder}/mbox"`,
    ];
    await Deno.writeTextFile(`${folder}/rc`, `${lines.join("\n")}\n`, { mode: 0o600 });
    const args = [
      "-f",
      `${folder}/rc`,
      "-i",
      `${folder}/ids`,
      "--pidfile",
      `${folder}/pid`,
      "--nosyslog",
      "--norewrite",
    ];
    const env = { FETCHMAILHOME: folder, HOME: folder };
    const first = await run("fetchmail", args, { env });
    assertEquals(first.code, 0, first.stderr + first.stdout);
    const mbox = Deno.readTextFileSync(`${folder}/mbox`);
    for (const subject of ["one", "two", "three"]) assertStringIncludes(mbox, `Subject: ${subject}`);
    assertStringIncludes(normal(mbox), "\n.dot\n..\n.\nend\n");
    // 1: there is no new mail.
    assertEquals((await run("fetchmail", args, { env })).code, 1);
    assertEquals(left(host), 3);
  }));

peerTest(
  "pop3 → curl: with a mailbox for each recipient, each has its own messages",
  ["curl"],
  () =>
    served(async (host) => {
      await host.sink.store.add({ from: "", to: ["c@example.com", "B@Example.com"] }, [bytes("Subject: both\r\n\r\n")]);
      const list = async (user: string, password = ADA.password) => {
        const args = ["-sS", "--cacert", `${host.folder}/ca.pem`, "-u", `${user}:${password}`];
        const { code, stdout } = await run("curl", [...args, `pop3s://localhost:${host.pop3s}/`]);
        return [code, stdout.trim().split("\r\n").filter(Boolean).length];
      };
      assertEquals(await list("b@example.com"), [0, 4]);
      assertEquals(await list("C@example.com"), [0, 1]);
      assertEquals(await list("d@example.com"), [0, 0]);
      assertEquals(await list(ADA.user), [0, 4]);
      assertEquals((await list("b@example.com", "wrong"))[0], 67);
    }, { mailboxes: true }),
);
