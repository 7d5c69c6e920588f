import { assertEquals } from "@std/assert";
import { getTree, putTree, serveFiles } from "../../lib/file/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { makeHostileTree } from "../kit/hostile_tree.ts";
import { peerTest } from "../kit/peer.ts";

const ENTRIES = 2000;
const SEED = 20260101;

/** Returns what `diff -r` prints. */
async function difference(one: string, other: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("diff", { args: ["-r", one, other] }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

async function lftp(port: number, commands: string): Promise<string> {
  const set = "set net:max-retries 2; set net:timeout 20; set cmd:fail-exit no";
  const { stdout, stderr } = await new Deno.Command("lftp", {
    args: ["--norc", "-e", `${set}; ${commands}; quit`, `ftp://127.0.0.1:${port}`],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

peerTest(
  "FTP server: lftp mirrors a tree of 2,000 hostile names into ours, and back",
  ["lftp", "diff"],
  () =>
    withFolder(async (folder) => {
      const [from, root, back] = [`${folder}/from`, `${folder}/root`, `${folder}/back`];
      for (const path of [from, root, back]) await Deno.mkdir(path);
      await makeHostileTree(from, ENTRIES, SEED);
      await using server = serveFiles(root, "127.0.0.1:0", {
        ...{ upload: true, dotFiles: true },
        ftp: { listen: "127.0.0.1:0" },
      });
      const port = server.ftp[0]?.port ?? 0;
      const said = await lftp(port, `mirror -R --parallel=4 ${from} /`);
      assertEquals(await difference(from, root), "", said);
      const saidBack = await lftp(port, `mirror --parallel=4 / ${back}`);
      assertEquals(await difference(from, back), "", saidBack);
    }),
);

for (const [security, entries] of [["plain", 500], ["explicit", 150], ["implicit", 150]] as const) {
  peerTest(
    `FTP server, ${security}: our own client moves a tree of ${entries} hostile names both ways`,
    ["diff"],
    () =>
      withFolder(async (folder) => {
        const [from, root, back] = [`${folder}/from`, `${folder}/root`, `${folder}/back`];
        for (const path of [from, root, back]) await Deno.mkdir(path);
        await makeHostileTree(from, entries, SEED);
        const certificate = await makeCertificate();
        await using server = serveFiles(root, "127.0.0.1:0", {
          ...{ upload: true, dotFiles: true, tls: security === "plain" ? undefined : certificate },
          ftp: security === "implicit" ? { listenTls: "127.0.0.1:0" } : { listen: "127.0.0.1:0" },
        });
        const url = `${server.ftp[0]?.url}`;
        const tls = { caCerts: [certificate.cert] };
        const options = { tls, ftpTls: security === "explicit", parallel: 4 };
        const sent = await putTree([`${from}/`], url, options);
        assertEquals([sent.failed, await difference(from, root)], [0, ""]);
        const got = await getTree(url, back, options);
        assertEquals([got.failed, await difference(from, back)], [0, ""]);
        assertEquals((await getTree(url, back, options)).moved, 0);
      }),
  );
}
