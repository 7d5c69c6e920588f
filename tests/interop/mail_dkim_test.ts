import { assertEquals, assertStringIncludes } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";

/** Verifies the message on stdin, whose keys are the arguments: prints a line for each signature. */
const VERIFY = `
import sys, dkim
keys = dict(zip(sys.argv[1::2], sys.argv[2::2]))
message = sys.stdin.buffer.read()
def dnsfunc(name, timeout=5):
    return keys[name.decode().split("._domainkey.")[0]].encode()
verifier = dkim.DKIM(message)
for i in range(message.count(b"DKIM-Signature:")):
    try:
        print(verifier.verify(i, dnsfunc=dnsfunc), verifier.domain.decode())
    except dkim.DKIMException as error:
        print(error)
`;

async function run(program: string, args: readonly string[], stdin?: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const feed = new Blob(stdin ? [stdin] : []).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await feed;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return stdout;
}

const CORPUS: Readonly<Record<string, readonly string[]>> = {
  "text": ["--subject", "grüße", "--text", "hello  \n\n\n"],
  "an empty body": ["--text", ""],
  "HTML and an attachment": ["--subject", "x".repeat(300), "--html", "<p>é</p>", "--text", "é", "--attach", "key.pem"],
};

peerTest(
  "mail send --dkim-key → dkimpy: RSA in both forms, Ed25519, and what was changed",
  ["dkimverify", "openssl"],
  async () => {
    await withFolder(async (folder) => {
      const at = (name: string) => `${folder}/${name}`;
      await run("openssl", ["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", at("key.pem")]);
      await run("openssl", ["rsa", "-in", at("key.pem"), "-traditional", "-out", at("old.pem")]);
      await run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", at("ed.pem")]);
      const rsa = new Uint8Array(await run("openssl", ["pkey", "-in", at("key.pem"), "-pubout", "-outform", "DER"]));
      const ed = new Uint8Array(await run("openssl", ["pkey", "-in", at("ed.pem"), "-pubout", "-outform", "DER"]));
      const keys = [
        ...["r", `v=DKIM1; k=rsa; p=${rsa.toBase64()}`, "o", `v=DKIM1; k=rsa; p=${rsa.toBase64()}`],
        ...["e", `v=DKIM1; k=ed25519; p=${ed.slice(-32).toBase64()}`],
      ];
      const verify = async (message: string) =>
        new TextDecoder().decode(
          await run("/usr/bin/python3", ["-c", VERIFY, ...keys], new TextEncoder().encode(message)),
        ).trim().split("\n");
      const signing = ["key", "old", "ed"].flatMap((
        name,
        i,
      ) => ["--dkim-key", at(`${name}.pem`), "--dkim-selector", "roe"[i] ?? ""]);
      for (const [name, args] of Object.entries(CORPUS)) {
        const words = args.map((word) => word === "key.pem" ? at(word) : word);
        const call = [
          "send",
          "--dry-run",
          "-f",
          "Ada <ada@example.com>",
          "--to",
          "bob@example.com",
          ...signing,
          ...words,
        ];
        const { code, stdout } = await runTool("mail", call);
        assertEquals([name, code], [name, 0]);
        assertEquals(await verify(stdout), Array(3).fill("True example.com"));
        for (
          const changed of [
            stdout.replace("Ada", "Eve"),
            `${stdout}more`,
            stdout.replace("\r\nTo:", "\r\nFrom: eve@example.com\r\nTo:"),
          ]
        ) {
          assertEquals((await verify(changed)).some((line) => line.startsWith("True")), false);
        }
      }
      const eml = "From: ada@example.com\nTo: bob@example.com\nSubject: a\n folded\n\nhello\n";
      await Deno.writeTextFile(at("a.eml"), eml);
      const { stdout } = await runTool("mail", ["send", "--dry-run", "--eml-in", at("a.eml"), ...signing]);
      assertStringIncludes(stdout, "d=example.com");
      assertEquals(await verify(stdout), Array(3).fill("True example.com"));
    });
  },
);
