import { freePort } from "../../../tests/kit/port.ts";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { absent, listening, output, reason, spawn } from "../processes.ts";
import type { Contender, Subject, TimedContender } from "../subject.ts";

const FOLDER = await Deno.makeTempDir({ dir: "/dev/shm" });
const GIB = 1 << 30;
const REQUESTS_FOR_MS = 3000;

/** A tmpfs below the temporary folder, since the sandbox permits no writes below `/dev`. */
const MEMORY = await Deno.makeTempDir();
let mounted = false;

/** Measures HTTP: small responses, serving a large file, and downloading one by the library and by the tool. */
export const subject: Subject = {
  name: "http",
  async rows() {
    // nginx reads the files as another user.
    await Deno.chmod(FOLDER, 0o755);
    await Deno.writeFile(`${FOLDER}/1k`, new Uint8Array(1024));
    await Deno.writeFile(`${FOLDER}/file`, new Uint8Array());
    await Deno.truncate(`${FOLDER}/file`, GIB);
    // Sparse files are read faster than data, by some programs more than by others.
    await fill(`${FOLDER}/file`);
    const ours = await startOurs();
    const noWrk = absent("wrk");
    let missing = absent("nginx");
    const nginx = missing ? "" : await startNginx().catch((error: unknown) => (missing = reason(error), ""));
    return [
      {
        work: "answer 1 KiB from memory, 64 connections (time for 100,000)",
        asked: "<= 0.77x",
        commands: [
          wrk("lib/http", `http://${ours}/1k`, noWrk),
          wrk("nginx, open_file_cache", `http://${nginx}/1k`, noWrk ?? missing),
        ],
      },
      {
        work: "serve a file of 1 GiB",
        asked: "<= 1x",
        commands: [drain("lib/http", `http://${ours}/file`), { ...drain("nginx", `http://${nginx}/file`), missing }],
      },
      {
        work: "download 1 GiB to tmpfs, from nginx",
        asked: "<= 0.77x",
        commands: [
          { name: "lib/http", command: download(`http://${nginx}/file`), missing },
          curl(`http://${nginx}/file`, missing ?? absent("curl")),
        ],
      },
      {
        work: "get 1 GiB to tmpfs, from nginx",
        asked: "<= 0.77x curl, <= 0.5x wget",
        commands: await getters(`http://${nginx}/file`, missing),
      },
    ];
  },
  async [Symbol.asyncDispose]() {
    if (mounted) await output("umount", { args: [MEMORY] });
    await Deno.remove(MEMORY);
    await Deno.remove(FOLDER, { recursive: true });
  },
};

async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  const piece = crypto.getRandomValues(new Uint8Array(1 << 16));
  for (let at = 0; at < GIB; at += piece.length) await file.write(piece);
}

async function startOurs(): Promise<string> {
  const process = spawn(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", `${ROOT}scripts/bench/http_server.ts`, `${FOLDER}/file`, `${GIB}`],
    stdout: "piped",
  });
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  return value.trim();
}

async function startNginx(): Promise<string> {
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${FOLDER}/${name};`
  );
  await Deno.writeTextFile(
    `${FOLDER}/nginx.conf`,
    `daemon off; worker_processes 1; pid ${FOLDER}/pid; error_log ${FOLDER}/error.log;
     events { worker_connections 1024; }
     http {
       access_log off; sendfile on; keepalive_requests 100000000; open_file_cache max=100; ${temporary.join(" ")}
       server { listen ${address}; root ${FOLDER}; }
     }`,
  );
  const args = ["-p", FOLDER, "-c", `${FOLDER}/nginx.conf`, "-e", `${FOLDER}/error.log`];
  await listening(spawn("nginx", { args, stdout: "null", stderr: "null" }), "nginx", port);
  return address;
}

/** Returns the milliseconds for 100,000 requests, extrapolated from the responses in a fixed time. */
function wrk(name: string, url: string, missing?: string): TimedContender {
  return {
    name,
    missing,
    async run() {
      const args = ["-t1", "-c64", `-d${REQUESTS_FOR_MS / 1000}s`, url];
      const { stdout } = await output("wrk", { args });
      const text = new TextDecoder().decode(stdout);
      const rate = Number(/Requests\/sec: +([\d.]+)/.exec(text)?.[1]);
      if (!(rate > 0) || /Non-2xx|Socket errors/.test(text)) throw new Error(`wrk says: ${text}`);
      return 100_000 / rate * 1000;
    },
  };
}

/** Reads a response to its end and discards it. */
function drain(name: string, url: string): TimedContender {
  return {
    name,
    async run() {
      const { host, pathname } = new URL(url);
      const [hostname = "", port] = host.split(":");
      using conn = await Deno.connect({ hostname, port: Number(port) });
      const start = performance.now();
      await conn.write(
        new TextEncoder().encode(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      );
      const piece = new Uint8Array(1 << 20);
      let size = 0;
      for (let count = await conn.read(piece); count !== null; count = await conn.read(piece)) size += count;
      if (size < GIB) throw new Error(`${name} sent ${size} bytes`);
      return performance.now() - start;
    },
  };
}

function download(url: string): string[] {
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-check",
    "-A",
    `${ROOT}scripts/bench/http_client.ts`,
    url,
    `${FOLDER}/got`,
  ];
}

/** Tools that download a URL to a file in memory, Toucan first. */
async function getters(url: string, missing?: string): Promise<Contender[]> {
  mounted = (await output("mount", { args: ["-t", "tmpfs", "-o", "size=5G", "tmpfs", MEMORY] })).success;
  const tool = ROOT + executablePath("get");
  const built = absent(tool);
  const held = missing ?? (mounted ? undefined : "no memory can be mounted");
  return [
    fresh("toucan-get", [tool, "--quiet", "--output", `${MEMORY}/ours`, url], `${MEMORY}/ours`, held ?? built),
    fresh("curl", ["curl", "--silent", "--output", `${MEMORY}/curl`, url], `${MEMORY}/curl`, held ?? absent("curl")),
    fresh("wget", ["wget", "--quiet", "-O", `${MEMORY}/wget`, url], `${MEMORY}/wget`, held ?? absent("wget")),
  ];
}

/** A program that writes a file that does not exist yet: replacing a file would need twice the memory. */
function fresh(name: string, command: readonly string[], file: string, missing?: string): Contender {
  const [program = "", ...args] = command;
  return {
    name,
    missing,
    async run() {
      await Deno.remove(file).catch(() => {});
      const start = performance.now();
      const { success, stderr } = await output(program, { args });
      if (!success) throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
      return performance.now() - start;
    },
  };
}

function curl(url: string, missing?: string): Contender {
  return { name: "curl", command: ["curl", "--silent", "--fail", "--output", `${FOLDER}/got-curl`, url], missing };
}
