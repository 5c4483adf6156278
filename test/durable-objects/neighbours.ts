/**
 * The signer, dispatcher and evaluator as the object's unit tests need them: they do what a test says, and remember what they were
 * asked. The real ones stand behind the object in test/conformance and test/faults.
 */
export const NEIGHBOURS = `
import { WorkerEntrypoint } from "cloudflare:workers";
let orders = [];
let results = [];
let signerDown = false;
let checkpoints = [];
let signings = [];
let signedTogether = [];
let asked = [];
let evaluations = [];
export class Signer extends WorkerEntrypoint {
  async setDown(down) { signerDown = down; }
  async sign(kind, statement) {
    if (signerDown) throw new Error("the signer is down");
    return { keyid: "neighbour", sig: "" };
  }
  async signAll(statements) {
    if (signerDown) throw new Error("the signer is down");
    signedTogether.push(statements.length);
    return statements.map(() => ({ keyid: "neighbour", sig: "" }));
  }
  async signedTogether() { return signedTogether.splice(0); }
  async checkpoint(request) {
    if (signerDown) throw new Error("the signer is down");
    checkpoints.push(request);
    const next = signings.shift() ?? {};
    if (next.answer) return next.answer;
    const note = request.log + "\\n" + request.size + "\\n" + request.root + "\\n\\n";
    return { kind: "signed", note, epoch: 1, keys: next.keys ?? { receipt: "r1", checkpoint: "c1" } };
  }
  async rotation({ use, old }) {
    const payload = btoa(JSON.stringify({ use, old: { kid: old }, new: { kid: "r2" } }));
    return old === "r1" ? { payloadType: "rotation", payload, signatures: [] } : null;
  }
  async openEpoch() { return { kind: "opened", epoch: 2 }; }
  async scriptCheckpoints(next) { checkpoints = []; signings = next; }
  async checkpoints() { return checkpoints; }
}
export class Witnesses extends WorkerEntrypoint { async list() { return []; } async quorum() { return 0; } }
export class Keys extends WorkerEntrypoint { async list() { return []; } }
export class Dispatcher extends WorkerEntrypoint {
  async send(order) {
    orders.push(order);
    const result = results.shift() ?? { status: "delivered", httpStatus: 200, providerId: "p_1" };
    if (result.throws) throw new Error("the dispatcher died");
    if (result.hangs) await new Promise((resolve) => setTimeout(resolve, result.hangs));
    return result;
  }
  async seal() { return { ok: true, sealed: "sealed" }; }
  async privateOrigins() { return []; }
  async script(next) { orders = []; results = next; }
  async orders() { return orders; }
}
export class Evaluator extends WorkerEntrypoint {
  async evaluate(owed) {
    asked.push(owed);
    const next = evaluations.shift() ?? {};
    if (next.throws) throw new Error("the evaluator died");
    if (next.hangs) await new Promise((resolve) => setTimeout(resolve, next.hangs));
  }
  async script(next) { asked = []; evaluations = next; }
  async asked() { return asked; }
}
export default { fetch: () => new Response(null, { status: 404 }) };
`;
