import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, output, serve, spawn } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const [file, get] = [ROOT + executablePath("file"), ROOT + executablePath("get")];
const folder = await Deno.makeTempDir();
const BATCH = { count: 500, size: 3 * 1024 };
const TREE = { count: 2000, size: 4096 };
const PARALLEL = 8;
const PASSWORD = "bench";

/** Measures many small files: downloaded from URLs, as a tree, and uploaded. */
export const subject: Subject = {
  name: "small",
  async rows(): Promise<readonly Row[]> {
    const source = `${folder}/root`;
    for (const [name, { count, size }] of Object.entries({ batch: BATCH, tree: TREE })) {
      await Deno.mkdir(`${source}/${name}`, { recursive: true });
      for (let i = 0; i < count; i++) {
        Deno.writeFileSync(`${source}/${name}/${i}`, crypto.getRandomValues(new Uint8Array(size)));
      }
    }
    await Deno.mkdir(`${folder}/uploads`);
    const built = absent(file) ?? absent(get);
    const from = built ?? await serve(file, (port) => ["serve", "--quiet", "--port", `${port}`, source]);
    const to = built ?? await serve(
      file,
      (port) => ["serve", "--quiet", "--upload", "--port", `${port}`, `${folder}/uploads`],
    );
    const sftp = absent("rclone") ?? await rcloneServer();
    const site = `http://127.0.0.1:${from}/`;
    const urls = Array.from({ length: BATCH.count }, (_, i) => `${site}batch/${i}`);
    await Deno.writeTextFile(`${folder}/urls`, urls.map((url) => `${url}\n`).join(""));
    await Deno.writeTextFile(`${folder}/curl`, urls.map((url) => `url = "${url}"\nremote-name\n`).join(""));
    const missing = typeof from === "string" ? from : undefined;
    const noTarget = typeof to === "string" ? to : undefined;
    const noSftp = typeof sftp === "string" ? sftp : undefined;
    return [
      {
        work: `get ${BATCH.count} files of 3 KB, ${PARALLEL} at once`,
        asked: "<= 1000 ms",
        commands: [
          one(
            "toucan-get --save --parallel 8",
            get,
            missing,
            (at) => ["--save", "-q", "-P", "8", "-D", at, "-"],
            "urls",
          ),
          one("curl -Z", "curl", missing, () => ["-sZ", "--parallel-max", "8", "-K", `${folder}/curl`]),
          one("wget -i", "wget", missing, (at) => ["-q", "-P", at, "-i", `${folder}/urls`]),
        ],
      },
      {
        work: `get ${TREE.count} files of 4 KiB`,
        asked: "<= 1.5x a bare loop, about 1x rclone",
        commands: [
          one("toucan-file get", file, missing, (at) => ["get", `${site}tree/`, at]),
          one("fetch, write, fsync, rename", Deno.execPath(), missing, (at) => bare("get", `${site}tree/`, at)),
          one("rclone copy", "rclone", missing, (at) => [...RCLONE, "--http-url", site, ":http:tree", at]),
        ],
      },
      {
        work: `put ${TREE.count} files of 4 KiB`,
        asked: "<= 1.5x a bare loop, about 1x rclone",
        commands: [
          one("toucan-file put", file, noTarget, (at) => ["put", `${source}/tree/`, targetOf(to, at)]),
          one("fetch with PUT", Deno.execPath(), noTarget, (at) => bare("put", targetOf(to, at), `${source}/tree`)),
          one("rclone copy, to rclone serve sftp", "rclone", noSftp, (at) => [
            ...RCLONE,
            ...["--sftp-host", "127.0.0.1", "--sftp-port", `${sftp}`, "--sftp-user", "bench", "--sftp-pass", obscured],
            ...[`${source}/tree`, `:sftp:${at.slice(1 + at.lastIndexOf("/"))}`],
          ]),
        ],
      },
    ];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

const RCLONE = ["copy", "--config", "/dev/null"];
let obscured = "";

function bare(verb: string, base: string, at: string): readonly string[] {
  const program = `${ROOT}scripts/bench/bare_loop.ts`;
  return ["run", "--quiet", "--allow-all", program, verb, base, at, `${TREE.count}`, `${PARALLEL}`];
}

function targetOf(port: number | string, at: string): string {
  return `http://127.0.0.1:${port}/${at.slice(1 + at.lastIndexOf("/"))}/`;
}

/** rclone as a server of the protocol to which it uploads fastest. */
async function rcloneServer(): Promise<number | string> {
  const { stdout } = await output("rclone", { args: ["obscure", PASSWORD] });
  obscured = new TextDecoder().decode(stdout).trim();
  await Deno.mkdir(`${folder}/sftp`);
  const port = freePort();
  const where = ["--addr", `127.0.0.1:${port}`, "--user", "bench", "--pass", PASSWORD];
  const args = ["serve", "sftp", `${folder}/sftp`, "--config", "/dev/null", ...where];
  await listening(spawn("rclone", { args, stdin: "null", stdout: "null", stderr: "null" }), "rclone", port);
  return port;
}

let runs = 0;

/** A program that runs until it exits, each time with a new folder: reusing one is slower for the file system. */
function one(
  name: string,
  program: string,
  missing: string | undefined,
  args: (at: string) => readonly string[],
  stdin?: string,
): TimedContender {
  const run = async () => {
    const at = `${folder}/run-${runs++}`;
    await Deno.mkdir(at);
    const begin = performance.now();
    const quiet = { stdout: "null", stderr: "piped" } as const;
    const child = spawn(program, { args: [...args(at)], cwd: at, stdin: stdin ? "piped" : "null", ...quiet });
    const fed = stdin && (await Deno.open(`${folder}/${stdin}`)).readable.pipeTo(child.stdin).catch(() => {});
    const { success, code, stderr } = await child.output();
    await fed;
    if (!success) throw new Error(`${name} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
    return performance.now() - begin;
  };
  return { name, missing: missing ?? absent(program), run };
}
