import { withFolder } from "./folder.ts";

/** A root zone that is really signed, and its key. */
export interface SignedRoot {
  /** The zone. */
  readonly zone: string;
  /** DS record of its key, to be trusted. */
  readonly anchors: string;
}

/** Programs that it needs, for `peerTest`. */
export const LDNS = ["ldns-keygen", "ldns-signzone"];

/** Runs a program of ldns in a folder; returns its first line. */
async function run(folder: string, program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd: folder, stdin: "null", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${program}: ${text.decode(stderr)}`);
  return text.decode(stdout).split("\n")[0] ?? "";
}

/** Signs records, with absolute names, as the root zone. */
export async function signRoot(records: readonly string[]): Promise<SignedRoot> {
  let signed: SignedRoot | undefined;
  await withFolder(async (folder) => {
    const key = await run(folder, "ldns-keygen", ["-a", "ED25519", "-k", "."]);
    const soa =
      ". 300 IN SOA ns.test. host.test. 1 3600 600 86400 60\n. 300 IN NS ns.test.\nns.test. 300 IN A 127.0.0.1\n";
    await Deno.writeTextFile(`${folder}/root`, `${soa}${records.map((line) => `${line}\n`).join("")}`);
    await run(folder, "ldns-signzone", ["-o", ".", "-f", "signed", "root", key]);
    signed = {
      zone: await Deno.readTextFile(`${folder}/signed`),
      anchors: await Deno.readTextFile(`${folder}/${key}.ds`),
    };
  });
  if (!signed) throw new Error("nothing was signed");
  return signed;
}
