import { fromSystem } from "../../errors/system_error.ts";
import { decodeText } from "../../system/text.ts";

/** Reads a text file. Requires read permission for it. */
export async function readText(path: string): Promise<string> {
  try {
    return decodeText(await Deno.readFile(path));
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
