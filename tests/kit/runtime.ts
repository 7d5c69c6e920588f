import { TARGET } from "./tool.ts";

/**
 * Whether the tools under test run on a runtime whose TLS client needs only one connection for a pin, and supports
 * client certificates (Deno 2.8). Executables may be compiled with a base of 2.7, which is asked for its version.
 */
export const HAS_FULL_TLS: boolean = !(TARGET === "executable" ? await isOld() : /^2\.[0-7]\./.test(Deno.version.deno));

async function isOld(): Promise<boolean> {
  const { ROOT } = await import("./tool.ts");
  // The base sends its version in the User-Agent field of its requests.
  const { stdout } = await new Deno.Command("grep", {
    args: ["--binary-files=text", "--count", "--max-count=1", "Deno/2\\.[0-7]\\.", `${ROOT}dist/toucan-tcp`],
  }).output();
  return new TextDecoder().decode(stdout).trim() !== "0";
}
