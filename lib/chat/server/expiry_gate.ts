/** Difference between the clocks that is a jump: corrections by NTP are slower. */
const JUMP_MS = 60_000;
/** Time in which a wrong clock can be set back before anything is deleted because of it. */
const HOLD_MS = 3_600_000;

/**
 * Decides whether what is above a limit of age may be deleted: not in the first hour after the clock of the machine has
 * jumped, since a wrong clock would delete all of it. A clock that is wrong from the start is not recognised.
 */
export class ExpiryGate {
  #wall: number;
  #steady: number;
  #closedUntil = -Infinity;

  /** Begins with the clock of the machine, and one that does not jump, both in milliseconds. */
  constructor(wall: number, steady: number) {
    this.#wall = wall;
    this.#steady = steady;
  }

  /** Returns whether deletions are permitted now; call it regularly. */
  open(wall: number, steady: number): boolean {
    const jump = Math.abs(wall - this.#wall - (steady - this.#steady));
    this.#wall = wall;
    this.#steady = steady;
    if (jump > JUMP_MS) this.#closedUntil = steady + HOLD_MS;
    return steady >= this.#closedUntil;
  }
}
