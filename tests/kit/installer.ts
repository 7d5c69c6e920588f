import { ROOT, type RunningTool, type ToolResult, watch } from "./tool.ts";

/** The shells in which `install.sh` is tested. */
export const INSTALL_SHELLS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  "dash": ["dash"],
  "bash": ["bash"],
  "busybox sh": ["busybox", "sh"],
};

/** The script. */
export const INSTALL_SH: string = `${ROOT}scripts/install.sh`;

/** Arguments and surroundings of a run of `install.sh`. */
export interface InstallRun {
  /** One of {@link INSTALL_SHELLS}. */
  readonly shell: string;
  readonly args: readonly string[];
  /** Its whole environment besides `PATH`. */
  readonly env: Readonly<Record<string, string>>;
  /** @default that of this process */
  readonly path?: string;
  readonly cwd?: string;
  /** A command line in front of the shell, such as `setpriv`. */
  readonly before?: readonly string[];
  /** The text of the script, which the shell then reads from a pipe. */
  readonly piped?: string;
}

/** Starts `install.sh`. */
export function startInstall({ shell, args, env, path, cwd, before = [], piped }: InstallRun): RunningTool {
  const [program = "sh", ...words] = [
    ...before,
    ...INSTALL_SHELLS[shell] ?? [shell],
    ...piped === undefined ? [INSTALL_SH] : ["-s", "--"],
    ...args,
  ];
  const find = (name: string) =>
    (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${name}`).find((file) => {
      try {
        return Deno.statSync(file).isFile;
      } catch {
        return false;
      }
    }) ?? name;
  return watch(
    new Deno.Command(find(program), {
      args: words,
      clearEnv: true,
      env: { ...env, PATH: path ?? Deno.env.get("PATH") ?? "" },
      cwd,
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn(),
  );
}

/** Runs `install.sh`. */
export async function runInstall(options: InstallRun): Promise<ToolResult> {
  await using tool = startInstall(options);
  const { process } = tool;
  const feed = new Blob([options.piped ?? ""]).stream().pipeTo(process.stdin).catch(() => {});
  const [stdout, code] = await Promise.all([new Response(process.stdout).text(), tool.code, feed]);
  return { code, stdout, stderr: tool.stderr() };
}

/** Makes a folder with links to programs, as the only one in `PATH`. */
export async function pathOf(folder: string, programs: readonly string[]): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  for (const program of programs) {
    const [name = program, target = program] = program.split("=");
    const { stdout } = await new Deno.Command("sh", { args: ["-c", 'command -v "$1"', "sh", target] }).output();
    await Deno.symlink(new TextDecoder().decode(stdout).trim(), `${folder}/${name}`);
  }
  return folder;
}

/** Returns each path below a folder, with type, mode and contents. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  const walk = async (path: string) => {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder + path)) {
      const file = `${path}/${name}`;
      const { mode, ino } = await Deno.lstat(folder + file);
      const shown = ((mode ?? 0) & 0o7777).toString(8);
      if (isDirectory) {
        tree[`${file}/`] = shown;
        await walk(file);
      } else {
        tree[file] = `${shown} ${ino} ${isSymlink ? await Deno.readLink(folder + file) : await digest(folder + file)}`;
      }
    }
  };
  await walk("");
  return tree;
}

async function digest(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}
