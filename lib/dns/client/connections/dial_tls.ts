export { dial as dialTls } from "../../../core/dial/dial.ts";
