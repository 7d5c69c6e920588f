import { assert, assertEquals } from "@std/assert";
import { verifyDkim } from "../../lib/mail/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";

/** Signs messages in every form, changes bytes of some, and verifies all: prints messages and results as JSON. */
const SIGN = `
import sys, json, base64, random, dkim
folder = sys.argv[1]
rsa = open(folder + "/key.pem", "rb").read()
ed = base64.b64encode(open(folder + "/ed.der", "rb").read()[-32:])
keys = json.load(sys.stdin)
find = lambda name, timeout=5: keys[name.decode().split(".")[0]].encode()
plain = [
  b"From: Ada <ada@example.com>\\r\\nSubject: a \\r\\n  folded\\t\\r\\nTo: bob@example.com\\r\\n\\r\\nhello  you \\r\\n\\r\\n bye\\t\\r\\n\\r\\n\\r\\n",
  b"From: ada@example.com\\r\\nsubject: " + "gr\\u00fc\\u00dfe \\u00e0".encode() + b"\\r\\n\\r\\n",
  b"From: ada@example.com\\r\\nSubject:\\r\\n\\r\\nno end",
]
random = random.Random(6376)
out = []
def add(message):
    try: result = dkim.verify(message, dnsfunc=find)
    except Exception: result = False
    out.append([base64.b64encode(message).decode(), result])
for body in plain:
    for algorithm, key, selector in ((b"rsa-sha256", rsa, b"r"), (b"ed25519-sha256", ed, b"e")):
        for head in (b"simple", b"relaxed"):
            for tail in (b"simple", b"relaxed"):
                for length in (False, True):
                    message = dkim.sign(body, selector, b"example.com", key, canonicalize=(head, tail), signature_algorithm=algorithm, length=length)
                    message += body
                    add(message)
                    if length: add(message + b"more\\r\\n")
                    for i in range(6):
                        at = random.randrange(len(message))
                        add(message[:at] + bytes([random.choice(b"aZ0 ;:=.\\t")]) + message[at + 1:])
print(json.dumps(out))
`;

async function run(program: string, args: readonly string[], stdin = ""): Promise<Uint8Array> {
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(program, { args: [...args], ...pipes }).spawn();
  const feed = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await feed;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return stdout;
}

peerTest("DKIM: what dkimpy signs and changes is verified with its results", ["dkimverify", "openssl"], async () => {
  await withFolder(async (folder) => {
    const at = (name: string) => `${folder}/${name}`;
    await run("openssl", ["genrsa", "-traditional", "-out", at("key.pem"), "1024"]);
    await run("openssl", ["genpkey", "-algorithm", "ed25519", "-outform", "DER", "-out", at("ed.der")]);
    const rsa = await run("openssl", ["pkey", "-in", at("key.pem"), "-pubout", "-outform", "DER"]);
    const ed = await run("openssl", ["pkey", "-inform", "DER", "-in", at("ed.der"), "-pubout", "-outform", "DER"]);
    const keys: Readonly<Record<string, string>> = {
      r: `v=DKIM1; k=rsa; p=${rsa.toBase64()}`,
      e: `v=DKIM1; k=ed25519; p=${ed.slice(-32).toBase64()}`,
    };
    const lookup = (name: string) => Promise.resolve([keys[name.split(".")[0] ?? ""] ?? ""]);
    const output = await run("/usr/bin/python3", ["-c", SIGN, folder], JSON.stringify(keys));
    const messages: readonly (readonly [base64: string, valid: boolean])[] = JSON.parse(
      new TextDecoder().decode(output),
    );
    const differing: string[] = [];
    for (const [base64, valid] of messages) {
      const [outcome] = await verifyDkim(Uint8Array.fromBase64(base64), { lookup });
      if ((outcome?.result === "pass") !== valid) differing.push(`${valid} ${outcome?.reason}\n${atob(base64)}`);
    }
    assertEquals(differing, []);
    assert(messages.filter(([, valid]) => valid).length > 60);
  });
});
