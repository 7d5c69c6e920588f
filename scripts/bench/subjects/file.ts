import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, output, reason, spawn } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const GIB = 1 << 30;
const REQUESTS_FOR_S = 3;
const ENTRIES = 10_000;
const tool = ROOT + executablePath("file");
// The sandbox permits no path below /dev, so the folder is on disk; files that are read often are cached anyway.
const folder = await Deno.makeTempDir();
const root = `${folder}/root`;
/** The Toucan server, whose memory is measured. */
let ours: Deno.ChildProcess | undefined;

/** A file server that is measured. */
interface Server {
  readonly name: string;
  readonly program: string;
  readonly args: (port: number) => Promise<readonly string[]>;
}

const SERVERS: readonly Server[] = [
  {
    name: "toucan-file",
    program: tool,
    args: (port) => Promise.resolve(["serve", "--quiet", "--port", `${port}`, root]),
  },
  { name: "nginx, open_file_cache", program: "nginx", args: nginxArgs },
  {
    name: "caddy",
    program: "caddy",
    args: (port) => Promise.resolve(["file-server", "--root", root, "--listen", `127.0.0.1:${port}`]),
  },
];

/** Measures files over HTTP: many small ones, a large one, many large ones at once, a long listing. */
export const subject: Subject = {
  name: "file",
  async rows(): Promise<readonly Row[]> {
    await makeFiles();
    const started = new Map<string, string>();
    const missing = new Map<string, string>();
    for (const server of SERVERS) {
      const why = absent(server.program);
      try {
        if (why === undefined) started.set(server.name, await start(server));
        else missing.set(server.name, why);
      } catch (error) {
        missing.set(server.name, reason(error));
      }
    }
    const each = (run: (base: string) => Promise<number>, needs?: string): TimedContender[] =>
      SERVERS.map(({ name }) => ({
        name,
        missing: missing.get(name) ?? (needs && absent(needs)),
        run: () => run(started.get(name) ?? ""),
      }));
    return [
      {
        work: "1 KiB files, 64 connections (time for 100,000)",
        asked: "<= 0.77x nginx, <= 0.33x caddy",
        commands: each((base) => wrk(`http://${base}/small.bin`), "wrk"),
      },
      { work: "a file of 1 GiB", asked: "<= 1x nginx", commands: each((base) => drain(base, "/large.bin", GIB)) },
      {
        work: "100 downloads of 100 MiB out of a 1 GiB file, at once",
        asked: "under 250 MB of memory",
        commands: each((base) => drainMany(base, 100)).slice(0, 2),
        rounds: 5,
      },
      {
        work: `a listing of ${ENTRIES} entries`,
        asked: "< 300 ms",
        commands: each((base) => drain(base, "/many/")).slice(0, 1),
      },
    ];
  },
  async stopping() {
    if (ours) console.log(`\ntoucan-file has used ${await peak(ours.pid)} MB at most`);
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

async function makeFiles(): Promise<void> {
  await Deno.mkdir(`${root}/many`, { recursive: true });
  // nginx reads the files as another user.
  await Deno.chmod(folder, 0o755);
  await Deno.writeFile(`${root}/small.bin`, crypto.getRandomValues(new Uint8Array(1024)));
  using large = await Deno.create(`${root}/large.bin`);
  // Sparse files are read faster than data, by some programs more than by others.
  const piece = crypto.getRandomValues(new Uint8Array(1 << 16));
  for (let at = 0; at < GIB; at += piece.length) await large.write(piece);
  for (let i = 0; i < ENTRIES; i++) await Deno.writeTextFile(`${root}/many/file ${i}`, "");
}

async function nginxArgs(port: number): Promise<readonly string[]> {
  const config = `worker_processes auto; daemon off; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=1000;
server { listen 127.0.0.1:${port}; root ${root}; } }`;
  await Deno.writeTextFile(`${folder}/nginx.conf`, config);
  return ["-c", `${folder}/nginx.conf`, "-e", "/dev/null"];
}

async function start({ program, args }: Server): Promise<string> {
  const port = freePort();
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const process = spawn(program, { args: [...await args(port)], ...quiet });
  if (program === tool) ours = process;
  await listening(process, program, port);
  return `127.0.0.1:${port}`;
}

/** Returns the milliseconds for 100,000 requests. */
async function wrk(url: string): Promise<number> {
  const args = ["-t1", "-c64", `-d${REQUESTS_FOR_S}`, url];
  const { stdout } = await output("wrk", { args });
  const text = new TextDecoder().decode(stdout);
  const rate = Number(/Requests\/sec: +([\d.]+)/.exec(text)?.[1]);
  if (!(rate > 0) || /Non-2xx/.test(text)) throw new Error(text);
  return 100_000 / rate * 1000;
}

/** Returns the milliseconds until a response is complete, or its first bytes up to a limit have arrived. */
async function drain(base: string, path: string, size = Infinity, buffer = new Uint8Array(1 << 20)): Promise<number> {
  const begin = performance.now();
  const [hostname = "", port] = base.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: ${base}\r\nConnection: close\r\n\r\n`),
  );
  for (let got = 0; got < size;) {
    const count = await connection.read(buffer);
    if (count === null) {
      if (size !== Infinity || got === 0) throw new Error(`only ${got} bytes of ${path}`);
      break;
    }
    got += count;
  }
  return performance.now() - begin;
}

async function drainMany(base: string, count: number): Promise<number> {
  const begin = performance.now();
  const buffer = new Uint8Array(1 << 18);
  await Promise.all(Array.from({ length: count }, () => drain(base, "/large.bin", 100 << 20, buffer)));
  return performance.now() - begin;
}

/** Returns the peak memory of a process in MB. */
async function peak(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) * 1024 / 1e6);
}
