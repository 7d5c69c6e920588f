import type { FtpEntry } from "../entry.ts";
import { parseSize } from "../size.ts";

/** Parses a line of EPLF (https://cr.yp.to/ftp/list/eplf.html), such as `+i8388621.48594,m825718503,r,s280,⟨tab⟩name`. */
export function parseEplfLine(line: string): FtpEntry | undefined {
  const tab = line.indexOf("\t");
  if (!line.startsWith("+") || tab < 0) return undefined;
  const facts = line.slice(1, tab).split(",");
  const value = (letter: string) => facts.find((fact) => fact.startsWith(letter))?.slice(letter.length);
  const folder = facts.includes("/");
  const size = folder ? undefined : parseSize(value("s") ?? "");
  const seconds = /^\d{1,12}$/.exec(value("m") ?? "")?.[0];
  const mode = /^[0-7]{3,5}$/.exec(value("up") ?? "")?.[0];
  const unique = value("i");
  return {
    name: line.slice(tab + 1),
    type: folder ? "folder" : facts.includes("r") ? "file" : "other",
    ...(size !== undefined && { size }),
    ...(seconds !== undefined && { modified: Number(seconds) * 1000, precision: "second" }),
    ...(mode !== undefined && { mode: parseInt(mode, 8) & 0o7777 }),
    ...(unique && { unique }),
  };
}
