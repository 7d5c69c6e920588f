import { selfSigned } from "../../lib/core/mod.ts";

/** A certificate for a sink of a test, to be trusted as an authority. */
export const keyPair = await selfSigned();
