import { testSetups } from "../../kit/check_setup.ts";
import { freePort } from "../../kit/port.ts";

testSetups([
  {
    name: "port refused",
    start: () => ({ target: `tcp://127.0.0.1:${freePort()}` }),
    broken: ["reach", "port-refused"],
  },
  {
    name: "port accepts",
    start: (stack) => {
      const listener = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
      return { target: `tcp://127.0.0.1:${listener.addr.port}` };
    },
    codes: ["connected"],
  },
]);
