import { pause } from "../../../core/mod.ts";
import type { FolderState } from "./folder.ts";
import type { ImapWaitOptions } from "./options.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { ImapSession } from "./session.ts";

/** Servers close a connection that is idle for 30 minutes (RFC 2177). */
const REFRESH_MS = 25 * 60_000;
const POLL_MS = 30_000;
/** Time between the end of an IDLE and the answer to it. */
const SPARE_MS = 60_000;

/**
 * Waits until messages have arrived in the open folder: by IDLE, or by NOOP now and then where the server has no IDLE or rejects it.
 *
 * @returns Whether messages have arrived; false when the signal has fired.
 */
export async function waitForArrival(
  session: ImapSession,
  folder: FolderState,
  { signal, refresh = REFRESH_MS, poll = POLL_MS }: ImapWaitOptions,
): Promise<boolean> {
  let idle = session.capabilities.has("IDLE");
  while (!folder.arrived && !signal?.aborted) {
    if (idle) idle = await idleOnce(session, folder, refresh, signal);
    else {
      const status = await session.run(["NOOP"]);
      if (status.status !== "OK") throw new ImapRefusedError(session.peer, "NOOP", status, "imap-refused");
      if (!folder.arrived) await pause(poll, signal).catch(() => {});
    }
  }
  const { arrived } = folder;
  folder.arrived = false;
  return arrived;
}

/** Waits by one IDLE; returns false when the server rejects it. */
async function idleOnce(
  session: ImapSession,
  folder: FolderState,
  refresh: number,
  signal?: AbortSignal,
): Promise<boolean> {
  let done = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => done();
  const check = () => {
    if (folder.arrived || signal?.aborted) done();
  };
  const began = (stop: () => void) => {
    done = stop;
    timer = setTimeout(end, refresh);
    signal?.addEventListener("abort", end, { once: true });
    check();
  };
  try {
    return (await session.idle(began, refresh + SPARE_MS, check)).status === "OK";
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}
