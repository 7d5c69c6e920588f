import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

/** Ways to reach the server. */
type Security = "plain" | "explicit" | "implicit";
const SECURITIES: readonly Security[] = ["plain", "explicit", "implicit"];
const USER = "ada";
const PASSWORD = "s3cret";

/** Place of a test: a folder with `root`, which is served, and `mine`, for the client. */
interface Place {
  /** Folder of the client. */
  readonly mine: string;
  /** Folder that is served. */
  readonly root: string;
  /** Port of the server. */
  readonly port: number;
  /** Security of the connection. */
  readonly security: Security;
}

/** Names that clients have to send as they are. */
const NAMES = [
  "plain.txt",
  "sp ace",
  "ümläut €",
  "quo\"te'",
  "per%20cent",
  "hash#",
  "-dash",
  "semi;colon",
  "deep/er/file",
];

async function makeTree(folder: string): Promise<void> {
  for (const name of NAMES) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, `content of ${name}\n`);
  }
  await Deno.writeFile(`${folder}/large.bin`, pattern(3_000_000));
  await Deno.writeTextFile(`${folder}/empty`, "");
}

/** Bytes that are different at each place. */
function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 24);
}

/** Runs a test with `toucan file serve` for one security. */
async function withServer(security: Security, use: (place: Place) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const [root, mine] = [`${folder}/root`, `${folder}/mine`];
    await Deno.mkdir(root);
    await Deno.mkdir(mine);
    await Deno.writeTextFile(`${folder}/pw`, `${PASSWORD}\n`);
    const door = security === "plain" ? ["--ftp", "0"] : ["--tls", security === "explicit" ? "--ftp" : "--ftps", "0"];
    await using tool = await startTool("file", [
      ...["serve", "--port", "0", ...door, "--upload", "--quiet"],
      ...["--user", USER, "--password-file", `${folder}/pw`, root],
    ]);
    const [, port = ""] = await tool.stderrMatch(/listening on ftps?:\/\/127\.0\.0\.1:(\d+)\/\n/);
    await use({ mine, root, port: Number(port), security });
    assertEquals(Array.from(Deno.readDirSync(root), ({ name }) => name).filter((name) => /\.part$/.test(name)), []);
  });
}

/** Runs a program, and fails with its output if it fails. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const output = await new Deno.Command(program, { args: [...args], cwd, stdin: "null" }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(output.success, `${program} ${args.join(" ")}: ${output.code} ${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

async function sameTrees(one: string, other: string): Promise<void> {
  assertEquals(await run("diff", ["-r", one, other], "/"), "");
}

function lftp({ port, security, mine }: Place, commands: string): Promise<string> {
  const settings = "set net:max-retries 2; set net:timeout 20; set ssl:verify-certificate no; " +
    (security === "explicit" ? "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; " : "set ftp:ssl-allow no; ");
  const url = `${security === "implicit" ? "ftps" : "ftp"}://${USER}:${PASSWORD}@127.0.0.1:${port}`;
  const set = security === "implicit" ? settings.replace("set ftp:ssl-allow no; ", "") : settings;
  return run("lftp", ["--norc", "-e", `${set}${commands}; quit`, url], mine);
}

function curl({ port, security, mine }: Place, path: string, args: readonly string[]): Promise<string> {
  const secure = security === "explicit" ? ["--ssl-reqd"] : [];
  const url = `${security === "implicit" ? "ftps" : "ftp"}://127.0.0.1:${port}${path}`;
  return run("curl", ["-q", "-sS", "-k", ...secure, "--user", `${USER}:${PASSWORD}`, ...args, url], mine);
}

/** Puts the beginning of an upload on the server, as an interrupted client leaves it. */
async function interrupted(place: Place, name: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${place.mine}/${name}`, bytes);
  const process = new Deno.Command("curl", {
    args: [
      ...["-q", "-sS", "-k", "--limit-rate", "2M", "--user", `${USER}:${PASSWORD}`, "-T", `${place.mine}/${name}`],
      ...(place.security === "explicit" ? ["--ssl-reqd"] : []),
      `${place.security === "implicit" ? "ftps" : "ftp"}://127.0.0.1:${place.port}/${name}`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const partSize = () =>
    Array.from(Deno.readDirSync(place.root)).filter((entry) => /\.part$/.test(entry.name))
      .map((entry) => Deno.statSync(`${place.root}/${entry.name}`).size)[0] ?? 0;
  await until("a part of the upload", () => partSize() > 100_000);
  process.kill("SIGKILL");
  await process.status;
  assert(partSize() < bytes.length);
  assertEquals(Array.from(Deno.readDirSync(place.root)).some((entry) => entry.name === name), false);
}

for (const security of SECURITIES) {
  peerTest(
    `FTP server, ${security}: lftp mirrors a tree both ways, lists and resumes`,
    ["lftp", "curl"],
    () =>
      withServer(security, async (place) => {
        const { mine, root } = place;
        await makeTree(`${mine}/tree`);
        await lftp(place, "mirror -R tree /up");
        await sameTrees(`${mine}/tree`, `${root}/up`);
        await lftp(place, "mirror /up back");
        await sameTrees(`${mine}/tree`, `${mine}/back`);
        assertMatch(await lftp(place, "cls -1 /up"), /sp ace\n/);
        assertMatch(await lftp(place, "ls /up"), /-rw-.* 3000000 .* large\.bin\n/);
        const bytes = pattern(3_000_000);
        await Deno.writeFile(`${mine}/down`, bytes.subarray(0, 1_234_567));
        await lftp(place, "get -c /up/large.bin -o down");
        assertEquals(await Deno.readFile(`${mine}/down`), bytes);
        await interrupted(place, "big", pattern(4_000_000));
        await lftp(place, "put -c big -o /big");
        assertEquals(await Deno.readFile(`${root}/big`), pattern(4_000_000));
        await lftp(place, "put tree/plain.txt -o /tmp; mv /tmp /final");
        assertEquals(await Deno.readTextFile(`${root}/final`), "content of plain.txt\n");
      }),
  );

  peerTest(
    `FTP server, ${security}: curl uploads, downloads, lists and resumes`,
    ["curl"],
    () =>
      withServer(security, async (place) => {
        const { mine, root } = place;
        const bytes = pattern(3_000_000);
        await Deno.writeFile(`${mine}/large.bin`, bytes);
        await curl(place, "/new/large.bin", ["--ftp-create-dirs", "-T", "large.bin"]);
        assertEquals(await Deno.readFile(`${root}/new/large.bin`), bytes);
        await curl(place, "/new/large.bin", ["-o", "whole"]);
        assertEquals(await Deno.readFile(`${mine}/whole`), bytes);
        await curl(place, "/new/large.bin", ["--disable-epsv", "-r", "100-199", "-o", "range"]);
        assertEquals(await Deno.readFile(`${mine}/range`), bytes.subarray(100, 200));
        await Deno.writeFile(`${mine}/part`, bytes.subarray(0, 1_000_001));
        await curl(place, "/new/large.bin", ["-C", "-", "-o", "part"]);
        assertEquals(await Deno.readFile(`${mine}/part`), bytes);
        assertMatch(await curl(place, "/new/", []), /^-rw-.* 3000000 .* large\.bin\r?\n$/);
        assertMatch(await curl(place, "/new/", ["--list-only"]), /^large\.bin\r?\n$/);
        assertMatch(await curl(place, "/new/large.bin", ["-I"]), /Content-Length: 3000000/);
        await interrupted(place, "big", pattern(4_000_000));
        await curl(place, "/big", ["-C", "-", "-T", "big"]);
        assertEquals(await Deno.readFile(`${root}/big`), pattern(4_000_000));
      }),
  );
}

/** A program for Python's ftplib: transfers in both directions, resume, rename, listings. */
const FTPLIB = `
import ftplib, io, ssl, sys
port, security = int(sys.argv[1]), sys.argv[2]
if security == "plain":
    ftp = ftplib.FTP(encoding="utf-8")
else:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    ftp = ftplib.FTP_TLS(context=context, encoding="utf-8")
ftp.connect("127.0.0.1", port, timeout=30)
ftp.login("${USER}", "${PASSWORD}")
if security != "plain": ftp.prot_p()
ftp.mkd("tree"); ftp.cwd("tree")
data = bytes((i * 7) & 255 for i in range(300000))
ftp.storbinary("STOR temporary", io.BytesIO(data))
ftp.rename("temporary", "ü final")
assert ftp.size("ü final") == len(data)
got = io.BytesIO(); ftp.retrbinary("RETR ü final", got.write); assert got.getvalue() == data
got = io.BytesIO(); ftp.retrbinary("RETR ü final", got.write, rest=299990); assert got.getvalue() == data[299990:]
ftp.storlines("STOR lines", io.BytesIO(b"one\\ntwo\\n"))
assert sorted(ftp.nlst()) == ["lines", "ü final"], ftp.nlst()
assert [(name, facts["type"], facts["size"]) for name, facts in sorted(ftp.mlsd())] == [
    ("lines", "file", "10"), ("ü final", "file", "300000")]
rows = []; ftp.dir(rows.append); assert len(rows) == 2, rows
ftp.delete("lines")
for refused in ("PORT 127,0,0,1,4,1", "SITE CHMOD 777 x", "RMD /tree"):
    try: ftp.sendcmd(refused); raise SystemExit("accepted: " + refused)
    except ftplib.error_perm: pass
print(ftp.quit())
`;

for (const security of ["plain", "explicit"] as const) {
  peerTest(
    `FTP server, ${security}: Python's ftplib`,
    ["python3"],
    () =>
      withServer(security, async ({ mine, root, port }) => {
        const python = ["/usr/bin/python3", "-c", FTPLIB, `${port}`, security];
        assertMatch(await run(python[0] ?? "", python.slice(1), mine), /^221 Goodbye/);
        assertEquals(Array.from(Deno.readDirSync(`${root}/tree`), ({ name }) => name), ["ü final"]);
      }),
  );
}

peerTest(
  "FTP server, plain: wget downloads a tree, and resumes",
  ["wget"],
  () =>
    withServer("plain", async ({ mine, root, port }) => {
      await makeTree(`${root}/tree`);
      // wget decodes the names of a listing.
      await Deno.remove(`${root}/tree/per%20cent`);
      const who = ["--no-config", "-q", "--tries=2", `--user=${USER}`, `--password=${PASSWORD}`];
      await run("wget", [...who, "-r", "-nH", `ftp://127.0.0.1:${port}/tree/`], mine);
      await sameTrees(`${root}/tree`, `${mine}/tree`);
      await Deno.writeFile(`${mine}/large.bin`, pattern(1_000_000));
      await run("wget", [...who, "-c", `ftp://127.0.0.1:${port}/tree/large.bin`], mine);
      assertEquals(await Deno.readFile(`${mine}/large.bin`), pattern(3_000_000));
    }),
);

peerTest(
  "FTP server, plain: ncftp uploads and downloads a tree",
  ["ncftpput", "ncftpget"],
  () =>
    withServer("plain", async ({ mine, root, port }) => {
      await makeTree(`${mine}/tree`);
      const who = ["-V", "-u", USER, "-p", PASSWORD, "-P", `${port}`];
      await run("ncftpput", [...who, "-R", "127.0.0.1", "/", "tree"], mine);
      await sameTrees(`${mine}/tree`, `${root}/tree`);
      await Deno.mkdir(`${mine}/back`);
      await run("ncftpget", [...who, "-R", "-T", "127.0.0.1", "back", "/tree"], mine);
      await sameTrees(`${mine}/tree`, `${mine}/back/tree`);
    }),
);
