import { formatAddress, type HostPort } from "../../address/address.ts";
import { NetworkError, SystemError, TimeoutError, ToucanError, UsageError } from "../../errors/errors.ts";

const CLASSES = [TimeoutError, NetworkError, SystemError, UsageError] as const;

/** Returns the error of connecting to a proxy, which names it as one: the address alone would look like that of the server. */
export function proxyError(error: unknown, address: HostPort): unknown {
  if (!(error instanceof ToucanError) || error.message.includes("the proxy ")) return error;
  const { message, code, operation, peer, hint, phase, bytes, attempts, certificates } = error;
  const name = formatAddress(address);
  const shown = [name, address.host].find((one) => message.includes(one));
  const text = shown === undefined
    ? `${message} (the proxy ${name})`
    : message.replace(shown, () => `the proxy ${shown}`);
  const Class = CLASSES.find((Class) => error instanceof Class) ?? ToucanError;
  return new Class(text, { code, operation, peer, hint, phase, bytes, attempts, certificates, cause: error });
}
