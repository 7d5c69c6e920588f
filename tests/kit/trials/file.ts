import { assertEquals } from "@std/assert";
import { type KeyPair, parseAddress } from "../../../lib/core/mod.ts";
import { type FileServerOptions, serveFiles } from "../../../lib/file/mod.ts";
import { basicAuthorization, request } from "../../../lib/http/mod.ts";
import { makeCertificate } from "../certificates.ts";
import { RawFtp } from "../ftp_served.ts";
import { requiringClients } from "../requiring_clients.ts";
import { type Place, SECURED, secured, succeeded, type Trial } from "../trial.ts";

const WHO = { user: "ada", password: "s3cret" };
const AUTH = ["--user", WHO.user, "--password-file", "pw"];

/** Runs `file serve` with these arguments, and returns what a client downloads from it. */
function serving(words: readonly string[], prepare: (place: Place) => Promise<unknown> = () => Promise.resolve()) {
  return async (place: Place) => {
    await place.write("root/a.txt", "served");
    await place.write("pw", `${WHO.password}\n`);
    await prepare(place);
    await using tool = await place.start(["--port", "0", "--quiet", ...words]);
    const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
    const pin = url.startsWith("https:") ? (await pinOf(place, words, tool)) : undefined;
    const headers = words.includes("--user") ? { Authorization: basicAuthorization(WHO) } : {};
    using response = await request(`${url}a.txt`, { headers, tls: pin === undefined ? undefined : { pin } });
    assertEquals([response.status, await response.body.text(100)], [200, "served"]);
    if (!words.includes("--upload")) return;
    using put = await request(`${url}new/b.txt`, { method: "PUT", body: "brought", headers });
    assertEquals([put.status, await place.read("root/new/b.txt")], [201, "brought"]);
  };
}

/** Returns the pin of a server, as printed or from its certificate. */
async function pinOf(
  { read }: Place,
  words: readonly string[],
  tool: { stderrMatch(pattern: RegExp): Promise<RegExpExecArray> },
): Promise<string> {
  return words.includes("--cert") ? await read("pin") : (await tool.stderrMatch(/pin (\S+)\n/))[1] ?? "";
}

async function putCertificate({ write }: Place): Promise<void> {
  const { cert, key, pin } = await makeCertificate();
  for (const [name, text] of Object.entries({ "cert.pem": cert, "key.pem": key, pin })) await write(name, text);
}

/** Starts a file server with a file, over TLS and with a password. */
async function withServer(
  place: Place,
  use: (url: string, folder: string, ftp: string) => Promise<unknown>,
  options: FileServerOptions = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a.txt`, "served");
    await place.write("pw", `${WHO.password}\n`);
    await using server = serveFiles(folder, parseAddress("127.0.0.1:0", { anyPort: true }), options);
    await use(server.url, folder, server.ftp[0]?.url ?? "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Trials that all clients have in common: arguments before and after the URL, and the check of the result. */
function client(
  verb: string,
  [before, behind]: readonly [readonly string[], readonly string[]],
  kept: Pick<Trial, "keeps" | "reads">,
  look: (place: Place, folder: string) => Promise<unknown>,
): Trial[] {
  const call = (words: readonly string[], options: FileServerOptions) => (place: Place) =>
    withServer(place, async (url, folder) => {
      await place.write("mine/b.txt", "mine");
      succeeded(await place.tool([...words, ...before, url, ...behind]));
      await look(place, folder);
    }, { upload: true, ...options });
  const secure = async (place: Place) => {
    const tls: KeyPair = await makeCertificate();
    await withServer(place, async (url, folder) => {
      await place.write("mine/b.txt", "mine");
      await secured(place, tls.cert, [...before, url, ...behind]);
      await look(place, folder);
    }, { upload: true, tls });
  };
  return [
    { verb, proves: ["--password-file"], ...kept, run: call(AUTH, { credentials: WHO }) },
    { verb, proves: SECURED, ...kept, run: secure },
  ];
}

const took = async ({ read }: Place) => assertEquals(await read("into/a.txt"), "served");
const sent = async (_: Place, folder: string) => assertEquals(await Deno.readTextFile(`${folder}/mine/b.txt`), "mine");

/** Trials of `file`. */
export const TRIALS: readonly Trial[] = [
  { verb: "file serve", proves: ["DIR"], reads: ["root"], run: serving(["root"]) },
  { verb: "file serve", as: "with uploads", proves: ["DIR"], keeps: ["root"], run: serving(["--upload", "root"]) },
  {
    verb: "file serve",
    as: "through a link",
    proves: ["DIR"],
    reads: ["link", "root"],
    run: serving(["link"], ({ here }) => Deno.symlink("root", `${here}/link`)),
  },
  {
    verb: "file serve",
    as: "by its default",
    proves: ["DIR"],
    reads: ["."],
    async run({ start, write }) {
      await write("a.txt", "served");
      await using tool = await start(["--port", "0"]);
      const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
      using response = await request(`${url}a.txt`);
      assertEquals(await response.body.text(100), "served");
    },
  },
  {
    verb: "file serve",
    as: "on all addresses, with further names",
    proves: ["DIR"],
    reads: ["root"],
    run: serving(["--host", "0.0.0.0", "--allow-host", "files.example", "--trust-proxy", "private", "root"]),
  },
  { verb: "file serve", proves: ["--password-file"], reads: ["root"], run: serving([...AUTH, "root"]) },
  {
    verb: "file serve",
    as: "with uploads by FTP",
    proves: ["DIR"],
    keeps: ["root"],
    async run(place) {
      await place.write("root/a.txt", "served");
      await using tool = await place.start(["--port", "0", "--ftp", "0", "--upload", "root"]);
      const [, port = ""] = await tool.stderrMatch(/listening on ftp:\/\/127\.0\.0\.1:(\d+)\/\n/);
      using client = await RawFtp.login(Number(port));
      assertEquals((await client.receive("RETR a.txt")).data, "served");
      assertEquals((await client.send("STOR b.txt", "brought")).slice(0, 3), "226");
      assertEquals([await client.code("RNFR b.txt"), await client.code("RNTO c.txt")], [350, 250]);
      assertEquals(await place.read("root/c.txt"), "brought");
    },
  },
  {
    verb: "file serve",
    proves: ["--cert", "--key"],
    reads: ["root", "cert.pem", "key.pem"],
    run: serving(["--tls", "--cert", "cert.pem", "--key", "key.pem", "root"], putCertificate),
  },
  {
    verb: "file serve",
    proves: ["--client-ca"],
    reads: ["root", "c/cert.pem", "c/key.pem"],
    run: requiringClients(
      ["--port", "0", "root"],
      "GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ),
  },
  {
    verb: "file serve",
    proves: ["--tls-dir"],
    reads: ["root", "kept/tls/cert.pem", "kept/tls/key.pem"],
    async run(place) {
      const words = ["--tls", "--tls-dir", "kept/tls", "root"];
      await serving(words)(place);
      const key = await place.read("kept/tls/key.pem");
      await serving(words)(place);
      assertEquals(await place.read("kept/tls/key.pem"), key);
    },
  },
  ...client("file get", [[], ["into"]], { keeps: ["into"] }, took),
  {
    verb: "file get",
    proves: ["DEST"],
    keeps: ["into"],
    run: (place) =>
      withServer(place, async (url) => {
        succeeded(await place.tool([url, "into"]));
        await took(place);
      }),
  },
  {
    verb: "file get",
    as: "through a link, into a folder that is missing",
    proves: ["DEST"],
    keeps: ["link/into", "real/into"],
    run: (place) =>
      withServer(place, async (url) => {
        await Deno.mkdir(`${place.here}/real`);
        await Deno.symlink("real", `${place.here}/link`);
        succeeded(await place.tool([url, "link/into"]));
        assertEquals(await place.read("real/into/a.txt"), "served");
      }),
  },
  {
    verb: "file get",
    as: "by its default",
    proves: ["DEST"],
    keeps: ["."],
    run: (place) =>
      withServer(place, async (url) => {
        succeeded(await place.tool([url]));
        assertEquals(await place.read("a.txt"), "served");
      }),
  },
  {
    verb: "file get",
    as: "a file under a new name",
    proves: ["DEST"],
    keeps: ["new.txt", "new.txt.part", "new.txt.part.json"],
    run: (place) =>
      withServer(place, async (url) => {
        succeeded(await place.tool([`${url}a.txt`, "new.txt"]));
        assertEquals(await place.read("new.txt"), "served");
      }),
  },
  {
    verb: "file get",
    as: "to stdout",
    proves: ["DEST"],
    run: (place) => withServer(place, async (url) => succeeded(await place.tool([`${url}a.txt`, "-"]), "served")),
  },
  {
    verb: "file get",
    as: "by FTP",
    proves: ["DEST", "--password-file"],
    keeps: ["into"],
    run: (place) =>
      withServer(place, async (_, __, ftp) => {
        succeeded(await place.tool([...AUTH, ftp, "into"]));
        await took(place);
      }, { credentials: WHO, ftp: { listen: "127.0.0.1:0" } }),
  },
  {
    verb: "file put",
    as: "by FTP",
    proves: ["PATH… URL"],
    reads: ["mine"],
    run: (place) =>
      withServer(place, async (_, folder, ftp) => {
        await place.write("mine/b.txt", "mine");
        succeeded(await place.tool(["mine", ftp]));
        await sent(place, folder);
      }, { upload: true, ftp: { listen: "127.0.0.1:0" } }),
  },
  {
    verb: "file ls",
    as: "by FTP",
    run: (place) =>
      withServer(
        place,
        async (_, __, ftp) => succeeded(await place.tool([ftp]), "a.txt"),
        { ftp: { listen: "127.0.0.1:0" } },
      ),
  },
  ...client("file put", [["mine"], []], { reads: ["mine"] }, sent),
  {
    verb: "file put",
    proves: ["PATH… URL"],
    reads: ["mine", "c.txt"],
    run: (place) =>
      withServer(place, async (url, folder) => {
        await place.write("mine/b.txt", "mine");
        await place.write("c.txt", "c");
        succeeded(await place.tool(["mine", "c.txt", url]));
        await sent(place, folder);
        assertEquals(await Deno.readTextFile(`${folder}/c.txt`), "c");
      }, { upload: true }),
  },
  {
    verb: "file put",
    as: "a link in a folder",
    proves: ["PATH… URL"],
    reads: ["mine"],
    run: (place) =>
      withServer(place, async (url, folder) => {
        await place.write("mine/b.txt", "mine");
        await Deno.symlink("b.txt", `${place.here}/mine/link`);
        succeeded(await place.tool(["--follow", "mine", url]));
        assertEquals(await Deno.readTextFile(`${folder}/mine/link`), "mine");
      }, { upload: true }),
  },
  ...client("file ls", [[], []], {}, () => Promise.resolve()),
];
