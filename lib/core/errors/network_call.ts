/** Errors that the network API of the runtime has thrown. */
const thrown = new WeakSet<object>();

/**
 * Runs one call of the runtime's network API. An error that it throws or rejects with counts as a failure of the network for
 * `fromSystem`, also if its message is in no table; the reason of `signal` does not. The call must not run code of the library,
 * whose errors stay bugs.
 */
export function networkCall<T>(call: () => T, signal?: AbortSignal): T {
  const remember = (error: unknown) => {
    const aborted = signal?.aborted === true && signal.reason === error;
    if (typeof error === "object" && error !== null && !aborted) thrown.add(error);
  };
  try {
    const result = call();
    if (result instanceof Promise) result.catch(remember);
    return result;
  } catch (error) {
    remember(error);
    throw error;
  }
}

/** Returns whether an error was thrown by a {@link networkCall}. */
export function thrownByNetwork(error: object): boolean {
  return thrown.has(error);
}
