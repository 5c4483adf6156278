/** Three e-mails that an AI might want to send, submitted as any application would. */
import { type ActionAnswer, ApiError, type Client, type Submission } from "../client.ts";

const DELIVERY_SECONDS = 10;

export interface Sample {
  readonly name: "allowed" | "held" | "blocked";
  readonly expected: ActionAnswer["decision"];
  readonly submission: Submission;
}

function mail(subject: string, text: string, intent: string): Submission {
  const payload = {
    from: "Acme Support <support@acme.example>",
    to: ["sam@customer.example"],
    subject,
    text,
  };
  return {
    action: { surface: "outbound.email", tool: "email.send", target: "resend/main", payload, intent },
    context: { agent: "support-bot", request: "Answer the open tickets." },
  };
}

export const SAMPLES: readonly Sample[] = [
  {
    name: "allowed",
    expected: "allow",
    submission: mail(
      "Ticket 81 is solved",
      "Hello Sam,\n\nthe export works again since this morning. Thank you for your patience.\n\nAcme Support",
      "answer ticket 81",
    ),
  },
  {
    name: "held",
    expected: "hold",
    submission: mail(
      "Your refund for order 1042",
      "Hello Sam,\n\nwe guarantee that your refund arrives by Friday.\n\nAcme Support",
      "answer ticket 82",
    ),
  },
  {
    name: "blocked",
    expected: "block",
    submission: mail(
      "Your account details",
      // Never issued: the social security administration used it in a leaflet, as an example of the form.
      "Hello Sam,\n\nas asked, the number that we have on file for you is 219-09-9999.\n\nAcme Support",
      "answer ticket 83",
    ),
  },
];

export interface Outcome {
  readonly sample: Sample;
  readonly action: ActionAnswer;
}

/** `run` sets the idempotency keys of this run apart, so that every run sends anew. */
export async function sendSamples(app: Client, run: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const sample of SAMPLES) {
    const { status, body } = await app.submit(sample.submission, {
      "idempotency-key": `demo-${run}-${sample.name}`,
    });
    if (![200, 202, 403].includes(status) || body.decision === undefined) {
      throw new ApiError(`The ${sample.name} sample`, status, body);
    }
    const action = body.decision === "allow" ? await awaitDelivery(app, body) : body;
    outcomes.push({ sample, action });
  }
  return outcomes;
}

/** The answer to a submission need not wait for the provider. */
async function awaitDelivery(app: Client, submitted: ActionAnswer): Promise<ActionAnswer> {
  const deadline = Date.now() + DELIVERY_SECONDS * 1000;
  let action = submitted;
  while (isUnderWay(action) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    action = { ...submitted, ...(await app.findAction(submitted.id, 1)) };
  }
  return action;
}

const isUnderWay = ({ status }: ActionAnswer): boolean => status === "allowed" || status === "dispatching";
