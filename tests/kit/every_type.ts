import { readZone, type ResourceRecord } from "../../lib/dns/internal.ts";
import { ROOT } from "./tool.ts";

/** Path of a zone file with a record of every type that other servers read. */
export const EVERY_TYPE_FILE = `${ROOT}tests/data/dns/every_type.zone`;

/** Its text. */
export const everyTypeText = Deno.readTextFileSync(EVERY_TYPE_FILE);

/** Its records. */
export const everyRecord: readonly ResourceRecord[] = readZone(everyTypeText, { file: "every_type.zone" }).records;
