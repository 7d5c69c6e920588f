import { fromSystem } from "../../errors/system_error.ts";

/** Reads a text file. Requires read permission for it. */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
