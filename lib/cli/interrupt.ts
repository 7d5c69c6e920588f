/** Why a call was ended from outside: the reason of its signal. */
export class Interruption extends Error {
  /** What the process ends with, unless it is a server. */
  readonly exitCode: 130 | 143;

  /** Makes the reason for one of the two signals. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal === "SIGINT" ? "interrupted" : "terminated");
    this.name = "Interruption";
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/**
 * A signal that fires on SIGINT and SIGTERM. Who asks a second time, or waits more than `patience` milliseconds for work in flight,
 * gets the process ended at once; a server then still ends with 0.
 */
export function interruptSignal(server = false, patience = 5500): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    const reason = new Interruption(name);
    const code = server ? 0 : reason.exitCode;
    if (controller.signal.aborted) Deno.exit(code);
    controller.abort(reason);
    Deno.unrefTimer(setTimeout(() => Deno.exit(code), patience));
  };
  Deno.addSignalListener("SIGINT", () => stop("SIGINT"));
  // Windows knows SIGINT and SIGBREAK only.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => stop("SIGTERM"));
  return controller.signal;
}
