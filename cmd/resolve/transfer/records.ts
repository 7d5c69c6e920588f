import { ERROR, errorRecord, field, result } from "../../../lib/cli/mod.ts";
import type { ToucanError } from "../../../lib/core/mod.ts";
import type { FetchedZone, ResourceRecord } from "../../../lib/dns/internal.ts";
import { flatRecord, resourceRecord } from "../data_fields.ts";

const { boolean, bytes, integer, list, milliseconds, object, oneOf, optional, text } = field;

const change = object({
  from: integer("serial before"),
  to: integer("serial after"),
  deleted: list(resourceRecord, "records that are no longer there"),
  added: list(resourceRecord, "new records"),
});

/** The JSON records of transfers. */
export const TRANSFER_RECORDS = {
  "transfer": result("one per zone", {
    input: text("zone that was read"),
    name: optional(text("zone, absolute")),
    server: optional(text("address of the server that sent it")),
    kind: optional(oneOf(["full", "changes", "current"], "all of the zone, changes since the serial, or no change")),
    serial: optional(integer("serial of the zone")),
    records: optional(list(resourceRecord, "all records, the SOA record first")),
    changes: optional(list(change, "changes from one version to the next")),
    messages: optional(integer("number of messages")),
    bytes: optional(bytes("size of the messages")),
    signed: optional(boolean("whether the messages were signed (TSIG)")),
    ms: milliseconds("duration of the transfer"),
    error: optional(ERROR),
  }),
};

/** Returns the JSON record of a transfer. */
export function transferRecord(input: string, ms: number, fetched: FetchedZone | undefined, error?: ToucanError) {
  if (!fetched) return { input, ms, error: error && errorRecord(error) };
  const { name, server, messages, bytes, signed, zone } = fetched;
  const serial = serialOf(zone.soa);
  const head = { input, name, server, kind: zone.kind, serial, messages, bytes, signed, ms };
  if (zone.kind === "full") return { ...head, records: Array.from(zone.records, flatRecord) };
  if (zone.kind === "current") return head;
  const changes = zone.changes.map(({ from, to, deleted, added }) => ({
    from: serialOf(from),
    to: serialOf(to),
    deleted: deleted.map(flatRecord),
    added: added.map(flatRecord),
  }));
  return { ...head, changes };
}

/** Returns the serial of an SOA record. */
export function serialOf({ fields }: ResourceRecord): number {
  return Number(fields.serial);
}
