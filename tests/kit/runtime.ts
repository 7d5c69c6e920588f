import { TARGET } from "./tool.ts";

/**
 * Whether the tools under test run on a runtime whose TLS client needs one connection only, and has client certificates (Deno
 * 2.8). Executables may be compiled on a base of 2.7, which says so itself.
 */
export const HAS_FULL_TLS: boolean = !(TARGET === "executable" ? await isOld() : /^2\.[0-7]\./.test(Deno.version.deno));

async function isOld(): Promise<boolean> {
  const { ROOT } = await import("./tool.ts");
  // The base names its version in the user agent of its requests.
  const { stdout } = await new Deno.Command("grep", {
    args: ["--binary-files=text", "--count", "--max-count=1", "Deno/2\\.[0-7]\\.", `${ROOT}dist/toucan-tcp`],
  }).output();
  return new TextDecoder().decode(stdout).trim() !== "0";
}
