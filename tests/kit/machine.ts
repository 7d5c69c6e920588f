import { writeNsdConfig } from "./nsd.ts";
import { toolArgs, type ToolResult } from "./tool.ts";

/** A machine of our own: a loopback network, files of the resolver, a name server on 127.0.0.1:53. */
export interface Machine {
  /** The text of its `/etc/resolv.conf`. */
  readonly resolvConf: string;
  /** The text of its `/etc/hosts`. */
  readonly hosts: string;
  /** The zones that its name server has. */
  readonly zones: Readonly<Record<string, string>>;
}

/** Waits for the name server, runs the tool, and stops the server by its process id. */
const SCRIPT = `
ip link set lo up
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/hosts" /etc/hosts
nsd -d -c "$2" 2>"$1/log" &
server=$!
until grep -q "nsd started" "$1/log"; do kill -0 $server || exit 99; sleep 0.02; done
shift 2
"$@"
code=$?
kill $server
wait $server
exit $code
`;

/** Whether this process may make such a machine: it takes root. */
export async function canMakeMachines(): Promise<boolean> {
  try {
    const args = ["--mount", "--net", "ip", "link", "set", "lo", "up"];
    return (await new Deno.Command("unshare", { args, stdin: "null", stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Runs a tool on such a machine. */
export async function runToolOn(machine: Machine, name: string, args: readonly string[]): Promise<ToolResult> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/resolv.conf`, machine.resolvConf);
    await Deno.writeTextFile(`${folder}/hosts`, machine.hosts);
    const config = await writeNsdConfig(folder, 53, machine.zones);
    const tool = await toolArgs(name, args);
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--mount", "--net", "sh", "-c", SCRIPT, "sh", folder, config, tool.program, ...tool.args],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
