import type { Answer } from "../session/session.ts";
import { ACCESS } from "./access.ts";
import { DATA } from "./data.ts";
import { FILES } from "./files.ts";
import { FOLDERS } from "./folders.ts";
import { INFORMATION } from "./information.ts";
import type { CommandRule } from "./rule.ts";
import { TRANSFERS } from "./transfers.ts";

/** All commands, by name. */
export const COMMANDS: ReadonlyMap<string, CommandRule> = new Map(
  [ACCESS, INFORMATION, DATA, FOLDERS, FILES, TRANSFERS, { HELP: { run: help } }].flatMap((rules) =>
    Object.entries(rules)
  ),
);

function help(): Answer {
  const names = [...COMMANDS.keys()].filter((name) => !/^X/.test(name)).concat("QUIT").sort();
  const rows = Array.from(
    { length: Math.ceil(names.length / 12) },
    (_, i) => names.slice(i * 12, i * 12 + 12).join(" "),
  );
  return { code: 214, text: ["Commands:", ...rows, "End"] };
}
