import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { type FtpDaemon, startFtpDaemon } from "../../../tests/kit/ftp_daemons.ts";
import { absent, listening, output, reason, spawn } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const GIB = 1 << 30;
const FILES = 1000;
const FILE_BYTES = 4096;

/** Folder in memory: the sandbox permits no writes below `/dev`, so a tmpfs is mounted in the temporary folder. */
const MEMORY = await Deno.makeTempDir();
let mounted = false;
let vsftpd: FtpDaemon | undefined;

/** A server with a folder that an anonymous user may write to. */
interface Server {
  readonly name: string;
  /** URL of the folder, with a slash at the end. */
  readonly url: string;
  /** Path of the folder. */
  readonly folder: string;
  readonly missing?: string;
}

/** Measures FTP: a large file and many small ones, both ways, as the client and as the server. */
export const subject: Subject = {
  name: "ftp",
  async rows(): Promise<readonly Row[]> {
    mounted = (await output("mount", { args: ["-t", "tmpfs", "-o", "size=8G", "tmpfs", MEMORY] })).success;
    if (!mounted) throw new Error("no memory can be mounted");
    // The servers read the files as another user.
    await Deno.chmod(MEMORY, 0o755);
    await makeFiles();
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    const noCurl = absent("curl");
    const noLftp = theirs.missing ?? absent("lftp");
    const [get, file] = [ROOT + executablePath("get"), ROOT + executablePath("file")];
    const noFile = theirs.missing ?? absent(file);
    return [
      {
        work: "get 1 GiB to tmpfs, from vsftpd",
        asked: "<= 1.11x",
        commands: [
          fetching("toucan-get", [get, "--quiet", "--output"], theirs, theirs.missing ?? absent(get)),
          fetching("curl", ["curl", "--silent", "--output"], theirs, theirs.missing ?? noCurl),
        ],
      },
      {
        work: "send 1 GiB from tmpfs, by curl",
        rounds: 9,
        asked: "<= 1.43x",
        commands: [ours, theirs].map((server) => storing(server, server.missing ?? noCurl)),
      },
      {
        work: "get 1 GiB to tmpfs, by curl",
        rounds: 9,
        asked: "<= 1.43x",
        commands: [ours, theirs].map((server) => ({
          ...fetching(server.name, ["curl", "--silent", "--output"], server, server.missing ?? noCurl),
        })),
      },
      {
        work: `get ${FILES} files of 4 KiB, from vsftpd`,
        asked: "<= 1x",
        commands: [
          tree(
            "toucan-file",
            `${MEMORY}/tree-ours`,
            (to) => [file, "get", `${theirs.url}many/`, to],
            noFile,
          ),
          tree("lftp mirror -P4", `${MEMORY}/tree-lftp`, (to) => [...lftp(theirs, `mirror -P4 many ${to}`)], noLftp),
        ],
      },
      {
        work: `send ${FILES} files of 4 KiB, to vsftpd`,
        asked: "<= 1x",
        commands: [
          tree(
            "toucan-file",
            `${theirs.folder}/up-ours`,
            () => [file, "put", `${MEMORY}/many/`, `${theirs.url}up-ours/`],
            noFile,
          ),
          tree(
            "lftp mirror -R -P4",
            `${theirs.folder}/up-lftp`,
            () => lftp(theirs, `mirror -R -P4 ${MEMORY}/many up-lftp`),
            noLftp,
          ),
        ],
      },
    ];
  },
  async [Symbol.asyncDispose]() {
    await vsftpd?.[Symbol.asyncDispose]();
    if (mounted) await output("umount", { args: [MEMORY] });
    await Deno.remove(MEMORY, { recursive: true });
  },
};

async function makeFiles(): Promise<void> {
  using file = await Deno.create(`${MEMORY}/large.bin`);
  // Sparse files are read faster than data, by some programs more than by others.
  const piece = crypto.getRandomValues(new Uint8Array(1 << 16));
  for (let at = 0; at < GIB; at += piece.length) await file.write(piece);
  await Deno.mkdir(`${MEMORY}/many`);
  await makeMany(`${MEMORY}/many`);
}

async function makeMany(folder: string): Promise<void> {
  for (let i = 0; i < FILES; i++) {
    await Deno.writeFile(`${folder}/file ${i}`, crypto.getRandomValues(new Uint8Array(FILE_BYTES)));
  }
}

/** Puts the files that are downloaded into the folder of a server. */
async function fill(folder: string): Promise<void> {
  // A link needs no memory.
  await Deno.link(`${MEMORY}/large.bin`, `${folder}/large.bin`);
  await Deno.mkdir(`${folder}/many`);
  for (let i = 0; i < FILES; i++) await Deno.link(`${MEMORY}/many/file ${i}`, `${folder}/many/file ${i}`);
}

async function startTheirs(): Promise<Server> {
  const name = "vsftpd";
  const missing = absent(name);
  if (missing !== undefined) return { name, url: "", folder: MEMORY, missing };
  try {
    await Deno.mkdir(`${MEMORY}/vsftpd`);
    const daemon = vsftpd = await startFtpDaemon(name, `${MEMORY}/vsftpd`);
    await fill(daemon.folder);
    return { name, url: `ftp://127.0.0.1:${daemon.port}${daemon.path}`, folder: daemon.folder };
  } catch (error) {
    return { name, url: "", folder: MEMORY, missing: reason(error) };
  }
}

async function startOurs(): Promise<Server> {
  const name = "toucan-file";
  const tool = ROOT + executablePath("file");
  const folder = `${MEMORY}/ours`;
  const missing = absent(tool);
  if (missing !== undefined) return { name, url: "", folder, missing };
  try {
    await Deno.mkdir(folder);
    await fill(folder);
    const [port, http] = [freePort(), freePort()];
    const words = ["serve", "--quiet", "--upload", "--port", `${http}`, "--ftp", `${port}`, folder];
    const process = spawn(tool, { args: words, stdin: "null", stdout: "null", stderr: "null" });
    await listening(process, tool, port);
    return { name, url: `ftp://127.0.0.1:${port}/`, folder };
  } catch (error) {
    return { name, url: "", folder, missing: reason(error) };
  }
}

/** Downloads the large file; the words end with the option that names the output. */
function fetching(name: string, words: readonly string[], { url }: Server, missing?: string): TimedContender {
  const file = `${MEMORY}/got`;
  return timed(name, missing, () => [...words, file, `${url}large.bin`], file, GIB);
}

/** Uploads the large file. */
function storing({ name, url, folder }: Server, missing?: string): TimedContender {
  const file = `${folder}/up.bin`;
  return timed(name, missing, () => ["curl", "--silent", "-T", `${MEMORY}/large.bin`, `${url}up.bin`], file, GIB);
}

/** Transfers the small files into a folder that does not exist. */
function tree(name: string, to: string, words: (to: string) => readonly string[], missing?: string): TimedContender {
  return timed(name, missing, () => words(to), to, FILES);
}

function lftp({ url }: Server, script: string): string[] {
  return ["lftp", "-c", `set ftp:ssl-allow no; open ${url}; ${script}`];
}

/** A program that makes a file of a size, or a folder with a number of entries; what it made before is removed. */
function timed(
  name: string,
  missing: string | undefined,
  words: () => readonly string[],
  made: string,
  size: number,
): TimedContender {
  return {
    name,
    missing,
    async run() {
      await Deno.remove(made, { recursive: true }).catch(() => {});
      const [program = "", ...args] = words();
      const start = performance.now();
      const { success, stderr } = await output(program, { args });
      const took = performance.now() - start;
      if (!success) throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
      const { isDirectory, size: bytes } = await Deno.stat(made);
      const count = isDirectory ? [...Deno.readDirSync(made)].length : bytes;
      if (count !== size) throw new Error(`${name} made ${count} of ${size}`);
      return took;
    },
  };
}
