import { IRC } from "./irc.ts";
import { MAIN } from "./main.ts";
import { ROOMS } from "./rooms.ts";
import { VIEW } from "./view.ts";

/** The page's script: one file, with nothing of it visible to others. */
export const SCRIPT = `"use strict";\n(() => {\n${[IRC, ROOMS, VIEW, MAIN].join("\n")}\n})();\n`;
