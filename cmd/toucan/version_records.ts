import { field, result } from "../../lib/cli/mod.ts";

/** Records of `toucan version`. */
export const VERSION_RECORDS = {
  "version": result("the version, and with --check the newest release", {
    version: field.text("version of this program"),
    newest: field.optional(field.text("version of the newest release, with --check")),
    newer: field.optional(field.boolean("whether that is newer than this program, with --check")),
    install: field.optional(field.text("command that installs it, if it is newer")),
  }),
};
