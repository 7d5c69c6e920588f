import { CONNECTION } from "./connection.ts";
import { HAPPENINGS } from "./happenings.ts";
import { LOG } from "./log.ts";
import { MAIN } from "./main.ts";
import { OUTBOX } from "./outbox.ts";
import { PAST } from "./past.ts";
import { ROOM } from "./room.ts";
import { SESSION } from "./session.ts";
import { SIDES } from "./sides.ts";
import { TEXT } from "./text.ts";
import { WIRE } from "./wire.ts";

const PARTS = [WIRE, TEXT, CONNECTION, ROOM, PAST, LOG, OUTBOX, SIDES, HAPPENINGS, SESSION, MAIN];

/** The page's script: one file, with nothing of it visible to others. */
export const SCRIPT = `"use strict";\n(() => {\n${PARTS.join("\n")}\n})();\n`;
