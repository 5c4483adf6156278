/** Takes the form of a decision, in this order: token, fields, reason, then the gate. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApprovalDetail } from "../../core/approval.ts";
import { REASON_CHARS_MAX } from "../../core/limits.ts";
import type { Refusal } from "./decision-bar.tsx";
import { DetailPage } from "./detail-page.tsx";
import { answer } from "./page.tsx";
import type { DecideResult } from "./ports.ts";
import { formText, hasToken, type SignedInRequest } from "./session.ts";

const EARLIER_SESSION =
  "This form belongs to an earlier session. Nothing was decided; it can be sent again now.";
const NO_DECISION = "Choose to approve or to deny. Nothing was decided.";
const NO_REASON = "A reason is required, to approve and to deny alike. Nothing was decided yet.";
const LONG_REASON = `A reason has at most ${REASON_CHARS_MAX} characters. Nothing was decided yet.`;

export async function decide(c: Context, request: SignedInRequest, detail: ApprovalDetail) {
  const typedReason = await formText(c, "reason");
  const decision = await formText(c, "decision");
  const ifMatch = await formText(c, "if_match");
  // A form sends line breaks as CR LF; the reason is what was typed.
  const reason = typedReason.replaceAll("\r\n", "\n").trim();
  const refuse = (status: number, message: string, aboutReason = false) =>
    showRefusal(c, request, detail, status, { message, typedReason, aboutReason });

  if (!hasToken(request, await formText(c, "csrf"))) return refuse(403, EARLIER_SESSION);
  if ((decision !== "approve" && decision !== "deny") || ifMatch === "") return refuse(400, NO_DECISION);
  if (reason === "") return refuse(422, NO_REASON, true);
  if (reason.length > REASON_CHARS_MAX) return refuse(422, LONG_REASON, true);

  const result = await request.ports.decide(request.cookie, detail.id, { decision, ifMatch, reason });
  switch (result.outcome) {
    case "approved":
    case "denied":
      return toDetail(c, detail);
    case "held_again":
    case "blocked":
      return refuse(409, result.message);
    case "refused":
      return (await alreadySo(request, detail, decision, result))
        ? toDetail(c, detail)
        : refuse(result.status, result.message);
  }
}

/** A form sent twice, as by a double click: the second finds its own decision already made. */
async function alreadySo(
  { ports, cookie, session }: SignedInRequest,
  { id }: ApprovalDetail,
  decision: "approve" | "deny",
  { status }: DecideResult & { readonly outcome: "refused" },
): Promise<boolean> {
  if (status !== 409) return false;
  const now = await ports.find(cookie, id);
  return now?.decidedBy === session.person && now.status === (decision === "approve" ? "approved" : "denied");
}

const toDetail = (c: Context, { id }: ApprovalDetail): Response =>
  c.redirect(`/review/${encodeURIComponent(id)}`, 303);

/** Shows the approval as it is now, which may be why the decision was refused. */
async function showRefusal(
  c: Context,
  request: SignedInRequest,
  before: ApprovalDetail,
  status: number,
  refusal: Refusal,
) {
  const { ports, cookie, session } = request;
  const detail = (await ports.find(cookie, before.id)) ?? before;
  return answer(
    c,
    <DetailPage session={session} detail={detail} nowMs={ports.nowMs()} refusal={refusal} />,
    statusFor(status),
  );
}

/** The gate says why; an answer that is no refusal would let a browser believe that it worked. */
const statusFor = (status: number): ContentfulStatusCode =>
  (Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500) as ContentfulStatusCode;
