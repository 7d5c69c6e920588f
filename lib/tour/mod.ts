/**
 * `toucan tour`: both ends of every tool on loopback, one leg each. Not part of the library.
 * @module
 */
export { TOUR_RECORDS, type TourOutput, walkTour } from "./stage.ts";
