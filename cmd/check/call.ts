import type { Call } from "../../lib/cli/mod.ts";
import type { OPTIONS } from "./options.ts";
import type { RECORDS } from "./records.ts";

/** A call of `check`. */
export type CheckCall = Call<typeof OPTIONS, typeof RECORDS>;
