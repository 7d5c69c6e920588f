// Before a probe replaces it.
const { listen } = Deno;

/** Ways out of the sandbox by name, as `ATTEMPTS` of `scripts/docs/sandbox/attempts.ts` describes them; each throws if it is refused. */
export const ESCAPES: Readonly<Record<string, () => void>> = {
  run: () => void new Deno.Command("/bin/true").outputSync(),
  signal: () => Deno.kill(Deno.ppid, "SIGURG"),
  ffi: () => Deno.dlopen("libc.so.6", {}).close(),
  shadow: () => Deno.openSync("/etc/shadow").close(),
  ssh: () => void Deno.readTextFileSync("/root/.ssh/id_ed25519"),
  environ: () => void Deno.readTextFileSync("/proc/self/environ"),
  device: () => Deno.openSync("/dev/mem").close(),
  symlink: () => Deno.symlinkSync("/etc/passwd", "planted-link"),
  home: () => void Deno.env.get("HOME"),
  variables: () => void Deno.env.toObject(),
  setVariable: () => Deno.env.set("PATH", "/planted"),
  hostname: () => void Deno.hostname(),
  user: () => void Deno.uid(),
  ask: () => {
    const { state } = Deno.permissions.requestSync({ name: "run" });
    if (state !== "granted") throw new Deno.errors.NotCapable("not granted");
  },
  listen: () => listen({ hostname: "127.0.0.1", port: 0 }).close(),
};

/** Returns the attempts that are not refused. One that fails for another reason is among them: it came past the sandbox. */
export function escaped(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    try {
      ESCAPES[name]?.();
      return [name];
    } catch (error) {
      return error instanceof Deno.errors.NotCapable ? [] : [`${name}: ${error}`];
    }
  });
}
