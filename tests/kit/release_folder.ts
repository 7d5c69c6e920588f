import { assert } from "@std/assert";

/** An archive of a release for tests. */
export interface PackedTool {
  /** `resolve`, or `toucan`. */
  readonly name: string;
  readonly version: string;
  /** The executable. @default a script that prints its version */
  readonly program?: string | Uint8Array;
  /** Further files of the archive, by path. @default a man page and completions */
  readonly files?: Readonly<Record<string, string>>;
  /** @default "x86_64-unknown-linux-gnu" */
  readonly target?: string;
  /** Name of the folder in the archive. @default the name of the archive */
  readonly top?: string;
  /** @default "tar.xz" */
  readonly form?: "tar.xz" | "tar.gz";
  /** Command that compresses. @default by the form */
  readonly compress?: string;
  /** Further arguments of `tar`, and what is run in the folder before, such as `ln`. */
  readonly tar?: readonly string[];
  readonly prepare?: readonly (readonly [program: string, ...args: string[]])[];
}

/** The target for which the archives of tests are made: that of this machine. */
export const TARGET_HERE = `${Deno.build.arch}-unknown-linux-gnu`;

/** A folder with releases as they are served: `download/vVERSION` and `latest/download`. */
export class ReleaseFolder {
  constructor(readonly folder: string) {}

  /** Adds the archive of a tool, and its checksum. Returns the path of the archive. */
  async add(tool: PackedTool): Promise<string> {
    const { name, version, target = TARGET_HERE, form = "tar.xz" } = tool;
    const program = programOf(name);
    const archive = `${program}-${version}-${target}`;
    const place = `${this.folder}/download/v${version}`;
    const work = await Deno.makeTempDir();
    const top = `${work}/${tool.top ?? archive}`;
    const files: Record<string, string | Uint8Array> = {
      "LICENSE": "MIT\n",
      [program]: tool.program ?? script(name, version),
      ...tool.files ?? filesOf(program, version),
    };
    for (const [path, data] of Object.entries(files)) {
      await Deno.mkdir(`${top}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${top}/${path}`, typeof data === "string" ? new TextEncoder().encode(data) : data);
    }
    await Deno.chmod(`${top}/${program}`, 0o755);
    for (const [command, ...args] of tool.prepare ?? []) await run(command, args, work);
    await Deno.mkdir(place, { recursive: true });
    const path = `${place}/${archive}.${form}`;
    const flags = [
      "--create",
      tool.compress ? `--use-compress-program=${tool.compress}` : "--auto-compress",
      "--owner=1234",
      "--group=1234",
      "--file",
      path,
    ];
    await run("tar", [...flags, ...tool.tar ?? [], tool.top ?? archive], work);
    await Deno.remove(work, { recursive: true });
    await this.list(version);
    return path;
  }

  /** Writes the checksums of a version. */
  async list(version: string): Promise<void> {
    const place = `${this.folder}/download/v${version}`;
    const lines: string[] = [];
    for (const { name } of Deno.readDirSync(place)) {
      if (name === "SHA256SUMS") continue;
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${place}/${name}`));
      lines.push(`${new Uint8Array(digest).toHex()}  ${name}\n`);
    }
    await Deno.writeTextFile(`${place}/SHA256SUMS`, lines.join(""));
  }

  /** Makes a version the newest one. */
  async publish(version: string): Promise<void> {
    await Deno.mkdir(`${this.folder}/latest/download`, { recursive: true });
    await Deno.copyFile(`${this.folder}/download/v${version}/SHA256SUMS`, `${this.folder}/latest/download/SHA256SUMS`);
  }
}

/** Returns the name of the executable of a tool. */
export function programOf(tool: string): string {
  return tool === "toucan" ? tool : `toucan-${tool}`;
}

/** Returns a program that prints its version as the tools do. */
export function script(tool: string, version: string): string {
  return `#!/bin/sh\necho "${tool === "toucan" ? tool : `toucan ${tool}`} ${version}"\n`;
}

function filesOf(program: string, version: string): Record<string, string> {
  return {
    [`man/${program}.1`]: `.TH ${program} 1 "" "Toucan ${version}"\n`,
    [`completions/bash/${program}`]: `# ${version}\n`,
    [`completions/zsh/_${program}`]: `#compdef ${program}\n# ${version}\n`,
    [`completions/fish/${program}.fish`]: `# ${version}\n`,
    [`completions/powershell/${program}.ps1`]: `# ${version}\n`,
  };
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args], cwd, stderr: "piped" }).output();
  assert(success, `${program}: ${new TextDecoder().decode(stderr)}`);
}

/** A server of a release folder, with the paths that were requested. */
export interface ReleaseServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
}

/** Serves a release folder; `instead` may answer a path in its own way. */
export function serveRelease(
  folder: string,
  instead: (path: string, request: Request) => Response | Promise<Response> | undefined = () => undefined,
  tls: { readonly cert?: string; readonly key?: string } = {},
): ReleaseServer {
  const requests: string[] = [];
  const stop = new AbortController();
  const { cert, key } = tls;
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    signal: stop.signal,
    ...cert !== undefined && key !== undefined ? { cert, key } : {},
  }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    requests.push(path);
    const own = instead(path, request);
    if (own) return await own;
    const data = await Deno.readFile(folder + path).catch(() => undefined);
    return new Response(data, { status: data ? 200 : 404 });
  });
  return {
    url: `${cert === undefined ? "http" : "https"}://127.0.0.1:${server.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}
