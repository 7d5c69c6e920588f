import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { mailSink, parseSendingAccount } from "../../../lib/mail/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { peerTest } from "../../kit/peer.ts";
import { runTool } from "../../kit/tool.ts";

const FILE = `# comment
defaults
tls on
logfile ~/.msmtp.log

account a
host mx.example.com
from ada@example.com
auth on
user "ada l"
password x y

account b : a
port 465
tls_starttls off
auth scram-sha-256

account plain
host localhost
port 1025
tls off
tls_certcheck off
domain host.example

account default : b
user bob
`;

Deno.test("accounts in msmtp's form: defaults, parents, quotes, what has no meaning here", () => {
  const a = {
    host: "mx.example.com",
    tls: "starttls",
    verify: true,
    from: "ada@example.com",
    user: "ada l",
    password: "x y",
  };
  assertEquals<unknown>(parseSendingAccount(FILE, "a"), a);
  const b = { ...a, tls: "implicit", port: 465, auth: "scram-sha-256" };
  assertEquals<unknown>(parseSendingAccount(FILE, "b"), b);
  assertEquals<unknown>(parseSendingAccount(FILE.replaceAll("\n", "\r\n"), "default"), { ...b, user: "bob" });
  assertEquals<unknown>(parseSendingAccount(FILE, "plain"), {
    ...{ host: "localhost", port: 1025, tls: "none", verify: false, helo: "host.example" },
  });
});

Deno.test("accounts: what cannot be obeyed is an error that names the line", () => {
  const table: readonly (readonly [text: string, name: string, message: string])[] = [
    ["", "a", "account a does not exist (accounts: none)"],
    [FILE, "c", "accounts: a, b, plain, default"],
    ["account a\n", "a", "account a has no host"],
    ["host x\n", "a", "line 1: it belongs to no account"],
    ["account a : b\nhost x\n", "a", "line 1: account b is not defined above"],
    ["account a\nhost x\npasswordeval gpg -d x\n", "a", "line 3: passwordeval is not supported"],
    ["account a\nhost x\ntls_fingerprint 00:11\n", "a", "line 3: tls_fingerprint is not supported"],
    ["account a\nhost x\nproxy_host y\n", "a", "line 3: proxy_host is not supported"],
    ["account a\nhost x\nport 99x\n", "a", "account a has an invalid port"],
    ["account a\nhost x\ntls maybe\n", "a", "tls must be on or off"],
    ["account a\nhost x\nauth on\n", "a", "account a has no user"],
    ["account a\nhost x\nauth ntlm\nuser u\n", "a", "auth ntlm is not supported"],
    ["account a\nhost x\n= 3\n", "a", "line 3: it has no keyword"],
  ];
  for (const [text, name, message] of table) {
    const error = assertThrows(() => parseSendingAccount(text, name), UsageError);
    assertEquals(error.code, "invalid-account");
    assertStringIncludes(error.message, message);
  }
});

peerTest("accounts: host, port, sender, user and TLS are those that msmtp finds", ["msmtp"], async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/rc`;
    await Deno.writeTextFile(path, FILE.replace("logfile ~/.msmtp.log\n", ""), { mode: 0o600 });
    for (const name of ["a", "b", "plain", "default"]) {
      const args = ["-C", path, "-a", name, "--pretend", "x@example.com"];
      const { stdout } = await new Deno.Command("msmtp", { args, stdin: "null" }).output();
      const text = new TextDecoder().decode(stdout);
      const said = (keyword: string) => new RegExp(`^${keyword}\\s*= (.*)$`, "m").exec(text)?.[1] ?? "";
      const { host, port, tls, from, user, verify } = parseSendingAccount(FILE, name);
      assertEquals([host, user ?? "(not set)"], [said("host"), said("user")]);
      if (port !== undefined) assertEquals(String(port), said("port"));
      if (from !== undefined) assertEquals(from, said("from"));
      assertEquals([tls !== "none", tls !== "implicit", verify], [
        said("tls") === "on",
        said("tls_starttls") === "on",
        said("tls_certcheck") === "on",
      ]);
    }
  });
});

Deno.test("mail send --account: server, user, password and sender of the account; a file that others may read is an error", async () => {
  await withFolder(async (folder) => {
    await using sink = await mailSink({ credentials: { user: "ada", password: "s3 cret" } });
    const path = `${folder}/rc`;
    const text =
      `account a\nhost 127.0.0.1\nport ${sink.port}\nfrom ada@example.com\nauth cram-md5\nuser ada\npassword s3 cret\n`;
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    const words = [
      "send",
      "--account",
      "a",
      "--accounts",
      path,
      "--auth-without-tls",
      "--to",
      "bob@example.com",
      "--text",
      "x",
    ];
    const sent = await runTool("mail", words);
    assertEquals([sent.code, sent.stderr], [0, ""]);
    assertEquals(sink.store.messages.map(({ from }) => from), ["ada@example.com"]);
    await Deno.chmod(path, 0o644);
    const open = await runTool("mail", words);
    assertEquals(open.code, 2);
    assertStringIncludes(open.stderr, "others may read it");
  });
});
