import type { InterfaceKind, Scope } from "./scope.ts";

/** Address of an interface. */
export interface SeenAddress {
  /** Address in CIDR form. */
  readonly cidr: string;
  /** IP version. */
  readonly family: 4 | 6;
  /** Scope. */
  readonly scope: Scope;
}

/** An interface with its addresses. */
export interface SeenInterface {
  /** Name. */
  readonly name: string;
  /** Kind, by its name. */
  readonly kind: InterfaceKind;
  /** Addresses. */
  readonly addresses: readonly SeenAddress[];
  /** Largest packet in bytes, if it could be read. */
  readonly mtu?: number;
}

/** Result of the probe; `permitted` is false without `--allow-sys=networkInterfaces`. */
export interface InterfacesSeen {
  readonly permitted: boolean;
  /** Interfaces that have an address beyond loopback. */
  readonly interfaces: readonly SeenInterface[];
}

/** Returns whether an interface has an address of a family that reaches beyond its link. */
export function hasFamily(interfaces: readonly SeenInterface[], family: 4 | 6): boolean {
  return interfaces.some(({ addresses }) =>
    addresses.some((address) => address.family === family && address.scope !== "link-local")
  );
}
