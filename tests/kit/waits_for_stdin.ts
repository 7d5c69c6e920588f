import { until } from "./wait.ts";

/** Number of the system call `read`. */
const READ = Deno.build.arch === "aarch64" ? "63" : "0";

/** Resolves when a thread of a process is blocked in a read of stdin (Linux). */
export async function waitsForStdin(pid: number): Promise<void> {
  await until(`process ${pid} reads stdin`, () => {
    const stdin = attempt(() => Deno.readLinkSync(`/proc/${pid}/fd/0`));
    return threads(pid).some((thread) => {
      const [call, descriptor] = attempt(() => Deno.readTextFileSync(`${thread}/syscall`)).split(" ");
      // The runtime may read a duplicate of the descriptor.
      return call === READ && attempt(() => Deno.readLinkSync(`/proc/${pid}/fd/${Number(descriptor)}`)) === stdin;
    });
  });
}

function threads(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  return attempt(() => [...Deno.readDirSync(folder)].map(({ name }) => name).join()).split(",").map((id) =>
    `${folder}/${id}`
  );
}

/** Reads a file; empty if the thread has exited meanwhile. */
function attempt(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
