import { compileArgs } from "../build/compile_tool.ts";
import { output, reason } from "./processes.ts";

/** Builds an executable that does nothing. Returns the reason if that is not possible here. */
export async function compileEmpty(path: string): Promise<string | undefined> {
  const source = `${path}.js`;
  await Deno.writeTextFile(source, "");
  const [program = Deno.execPath(), ...words] = Deno.env.get("TOUCAN_COMPILE_DENO")?.split(" ") ?? [];
  const flags = compileArgs({ name: "empty", summary: "", permissions: {} }).slice(0, -3);
  const args = [...words, ...flags, "--output", path, source];
  const { success, stderr } = await output(program, { args });
  if (success) return undefined;
  // The last line before a backtrace is the innermost cause.
  const [said = ""] = new TextDecoder().decode(stderr).split(/\n\s*stack backtrace:/i);
  return `cannot be compiled: ${reason(said.trim().split("\n").at(-1))}`;
}
