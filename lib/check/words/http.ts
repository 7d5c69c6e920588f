import { kind } from "./finding.ts";

/** Findings about HTTP. */
export const HTTP_FINDINGS = {
  "http-ok": kind<{ status: number; reason: string }>({
    layer: "application",
    mark: "good",
    means: "the server answered with a status below 400",
    says: ({ status, reason }) => `status ${status} ${reason}`,
  }),
  "http-status": kind<{ status: number; reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server answered with a status of 400 or more",
    says: ({ status, reason }) => `status ${status} ${reason}`,
  }),
};
