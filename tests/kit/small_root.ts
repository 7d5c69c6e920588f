import { assert } from "@std/assert";

/** A folder that serves as the root of a system: a few programs with their libraries, and nothing else. */
export class SmallRoot {
  constructor(readonly folder: string) {}

  /** Makes the folders of the root, a shell with the programs of BusyBox, and further programs. */
  async make(programs: readonly string[]): Promise<void> {
    for (const path of ["bin", "dev", "proc", "tmp", "etc/ssl/certs", "home/ann"]) {
      await Deno.mkdir(`${this.folder}/${path}`, { recursive: true });
    }
    for (const program of ["busybox", ...programs]) await this.#copy(program);
    for (const applet of (await output("busybox", ["--list"])).split("\n")) {
      // Programs that were copied, and those that do more in a container than here, are left out.
      if (/^[\w[]+$/.test(applet) && !["busybox", "wget", "xz", "unxz", ...programs].includes(applet)) {
        await Deno.symlink("busybox", `${this.folder}/bin/${applet}`);
      }
    }
  }

  /** Copies the libraries of a program that is not in the root, which it is linked with. */
  async libraries(path: string): Promise<void> {
    for (const [, library = ""] of (await output("ldd", [path])).matchAll(/(?:=> |^\s+)(\/\S+)/gm)) {
      const target = this.folder + library;
      await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      await Deno.copyFile(await Deno.realPath(library), target);
    }
  }

  /** Writes a file. */
  async write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(this.folder + path, text);
  }

  /** Runs a command in a shell there, as in a system of its own, and returns its exit code and output. */
  async run(command: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const enter = 'mount --rbind /proc "$1/proc" && mount --rbind /dev "$1/dev" && ' +
      'root=$1 && shift && exec chroot "$root" /bin/sh -c "$@"';
    const unshare = [...Deno.uid() === 0 ? [] : ["--map-root-user"], "--mount"];
    const process = new Deno.Command("unshare", {
      args: [...unshare, "sh", "-c", enter, "sh", this.folder, command, "sh", ...args],
      clearEnv: true,
      env: { HOME: "/home/ann", PATH: `/bin:/home/ann/.local/bin:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    });
    const { code, stdout, stderr } = await process.output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  async #copy(program: string): Promise<void> {
    const path = (await output("sh", ["-c", 'command -v "$1"', "sh", program])).trim();
    await Deno.copyFile(await Deno.realPath(path), `${this.folder}/bin/${program}`);
    await this.libraries(path);
  }
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, { args: [...args] }).output();
  assert(success, program);
  return new TextDecoder().decode(stdout);
}
