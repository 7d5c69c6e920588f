import type { KeyPair } from "../../lib/core/mod.ts";
import { listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** INN with one newsgroup, `misc.test`, on 127.0.0.1. */
export interface Inn extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
  /** User that may read and post; without a login nothing is permitted. */
  readonly user: string;
  /** The password. */
  readonly password: string;
}

/** Programs that it needs, for `peerTest`; .ci/peers unpacks them, since the package starts a server when it is installed. */
export const INN = ["innd"];

const HOME = "/usr/local/lib/news-peers/usr/lib/news";
const USER = "ada";
const PASSWORD = "secret";
const GROUPS = ["control", "control.cancel", "junk", "misc.test"];
const FOLDERS = [
  ...["etc", "db", "run", "log", "tmp", "spool/articles", "spool/archive", "spool/outgoing", "spool/innfeed"],
  ...["spool/incoming/tmp", "spool/incoming/bad", "spool/overview/m/t", "spool/overview/c/c"],
];

/** Starts INN in a folder of its own; needs root. It is stopped at the end of the scope. */
export async function startInn({ tls }: { readonly tls?: Pick<KeyPair, "cert" | "key"> } = {}): Promise<Inn> {
  const folder = await Deno.makeTempDir({ prefix: "inn" });
  const port = freePort();
  for (const path of FOLDERS) await Deno.mkdir(`${folder}/${path}`, { recursive: true });
  const files = configuration(folder, port, tls !== undefined);
  if (tls) Object.assign(files, { "etc/cert.pem": tls.cert, "etc/key.pem": tls.key });
  const hash = await run("openssl", ["passwd", "-6", PASSWORD]);
  files["etc/passwd"] = `${USER}:${hash.trim()}\n`;
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${path}`, text);
  await Deno.chmod(folder, 0o755);
  await run("chown", ["-R", "news:news", folder]);
  await run("chmod", ["600", `${folder}/etc/passwd`, ...(tls ? [`${folder}/etc/key.pem`] : [])]);
  const env = { LD_LIBRARY_PATH: HOME, INNCONF: `${folder}/etc/inn.conf` };
  const asNews = ["--reuid=news", "--regid=news", "--clear-groups"];
  await run(
    "setpriv",
    [...asNews, `${HOME}/bin/makedbz`, "-i", "-o", "-s", "1000", "-f", `${folder}/db/history`],
    env,
    folder,
  );
  const process = new Deno.Command("setpriv", {
    args: [...asNews, `${HOME}/bin/innd`, "-d", "-f"],
    ...{ env, cwd: folder, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  // It may ignore SIGTERM while a client is connected.
  const daemon = await listening(process, port, { signal: "SIGKILL", folder });
  return { port, user: USER, password: PASSWORD, ...daemon };
}

function configuration(folder: string, port: number, tls: boolean): Record<string, string> {
  const paths = {
    ...{
      news: "",
      control: "/etc",
      filter: "/etc",
      db: "/db",
      etc: "/etc",
      run: "/run",
      log: "/log",
      http: "/log",
      tmp: "/tmp",
    },
    ...{ spool: "/spool", articles: "/spool/articles", archive: "/spool/archive", overview: "/spool/overview" },
    ...{ incoming: "/spool/incoming", outgoing: "/spool/outgoing" },
  };
  const settings = {
    ...{ mta: "/bin/true", organization: "test", ovmethod: "tradindexed", hismethod: "hisv6", enableoverview: "true" },
    ...{ pathhost: "news.example.com", domain: "example.com", fromhost: "example.com", pathbin: `${HOME}/bin` },
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [`path${name}`, `${folder}${path}`])),
    ...{
      runasuser: "news",
      runasgroup: "news",
      port,
      bindaddress: "127.0.0.1",
      bindaddress6: '"::1"',
      icdsynccount: 1,
    },
    // Without this it rejects clients when the machine is busy.
    nnrpdloadlimit: 0,
    ...(tls &&
      {
        tlscertfile: `${folder}/etc/cert.pem`,
        tlskeyfile: `${folder}/etc/key.pem`,
        tlscafile: `${folder}/etc/cert.pem`,
      }),
  };
  const empty = [
    "control.ctl",
    "cycbuff.conf",
    "moderators",
    "passwd.nntp",
    "distrib.pats",
    "subscriptions",
    "nnrpd.track",
  ];
  return {
    ...Object.fromEntries(empty.map((name) => [`etc/${name}`, ""])),
    "etc/inn.conf": Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`).join(""),
    "etc/readers.conf":
      `auth all {\n hosts: "*"\n auth: "${HOME}/bin/auth/passwd/ckpasswd -f ${folder}/etc/passwd"\n}\n` +
      `access users {\n users: "${USER}"\n newsgroups: "*"\n access: RPA\n}\n`,
    "etc/storage.conf": "method tradspool {\n newsgroups: *\n class: 0\n}\n",
    "etc/newsfeeds": "ME:*::\n",
    "etc/incoming.conf": "streaming: true\n",
    "etc/expire.ctl": "/remember/:10\n*:A:1:10:never\n",
    "db/active": GROUPS.map((name) => `${name} 0000000000 0000000001 ${name === "misc.test" ? "y" : "n"}\n`).join(""),
    "db/newsgroups": "misc.test\tTests of all kinds.\n",
    "db/active.times": "",
    "db/history": "",
  };
}

async function run(program: string, args: readonly string[], env = {}, cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], env, cwd }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
