import { selfSigned } from "../../lib/core/mod.ts";

/** Creates a certificate for a sink, to be trusted as an authority. */
export const keyPair = await selfSigned();
