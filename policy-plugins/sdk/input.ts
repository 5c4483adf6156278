import { readDocument } from "./json-reader";
import { Texts } from "./texts";
import { MISSING, Value } from "./value";

const ABI = "countersign-policy/1";

/** What the caller wants done. Every part may be missing or of any type: ask before you believe. */
@unmanaged
export class Action extends Value {
  get surface(): Value { return this.get("surface"); }
  get tool(): Value { return this.get("tool"); }
  get target(): Value { return this.get("target"); }
  get payload(): Value { return this.get("payload"); }
  get resource(): Value { return this.get("resource"); }
  get intent(): Value { return this.get("intent"); }
  get reason(): Value { return this.get("reason"); }
  get impact(): Value { return this.get("impact"); }
  get compensation(): Value { return this.get("compensation"); }
}

/** What the caller says of the occasion. Asserted, not proved: it may restrict, never permit. */
@unmanaged
export class Context extends Value {
  get folder(): Value { return this.get("folder"); }
  get request(): Value { return this.get("request"); }
  get labels(): Value { return this.get("labels"); }
  get facts(): Value { return this.get("facts"); }
}

/** Who calls, as the gateway authenticated it. */
@unmanaged
export class Principal extends Value {
  get agent(): Value { return this.get("agent"); }
  get key(): Value { return this.get("key"); }
  get owner(): Value { return this.get("owner"); }
  get roles(): Value { return this.get("roles"); }
  get user(): Value { return this.get("user"); }
}

/** The document is read when a policy first asks for a part of it: one that scans the reading alone never does. */
export class Input {
  private document: Value = MISSING;

  private get root(): Value {
    if (!this.document.exists) this.document = readAction();
    return this.document;
  }

  get action(): Action { return changetype<Action>(this.root.get("action")); }
  get context(): Context { return changetype<Context>(this.root.get("context")); }
  get principal(): Principal { return changetype<Principal>(this.root.get("principal")); }
  /** What the gateway recorded: others than the submitter supplied it. */
  get facts(): Value { return this.root.get("facts"); }
  get message(): Value { return this.root.get("message"); }

  /**
   * Everything that a person or a provider may come to read, and nothing twice: the payload and the
   * compensation with all names, strings and numbers, the stated intent, reason and impact, the request, and
   * what rendering added to the message.
   */
  texts(): Texts {
    const texts = new Texts();
    const action = this.action;
    texts.add(action.payload);
    texts.add(action.intent);
    texts.add(action.reason);
    texts.add(action.impact);
    texts.add(action.compensation);
    texts.add(this.context.request);
    // Of each message string the text only: its pointer is an address, and no place for a span.
    texts.addEach(this.message.get("strings"), "text");
    return texts;
  }
}

/** Reads the call's document; traps on anything that is not an input of `evaluate`. */
function readAction(): Value {
  const root = readDocument();
  assert(root.get("abi").is(ABI), "not an input of " + ABI);
  assert(root.get("action").isObject && root.get("principal").isObject, "input without action or principal");
  const message = root.get("message");
  assert(message.isNull || message == MISSING || message.get("strings").isArray, "input with an odd message");
  return root;
}
