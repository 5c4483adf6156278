import { describe, expect, it } from "vitest";
import { decisionFields, get, OWN_PAGE, post } from "./browse.ts";
import { denied, expired, plain, refund, toolCall } from "./examples.ts";
import { CODE, CSRF, fakeGate, KEY, NOW_MS } from "./fake-ports.ts";

const location = (response: Response) => [response.status, response.headers.get("Location")];

describe("every answer", () => {
  it.each([
    "/review",
    "/review/history",
    "/review/apr_refund",
    "/review/nothing",
    "/review/sign-in?code=x",
    "/review/a/b",
  ])("%s carries the security headers", async (path) => {
    const { headers } = await get(fakeGate(refund), path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    for (const directive of [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy.split("; ")).toContain(directive);
    }
    expect(policy).not.toMatch(/script-src|unsafe|https?:|\*/);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
    expect(headers.get("Cache-Control")).toBe("no-store");
  });

  it("a failure of the gate is a plain 500 with the same headers, and says nothing of its cause", async () => {
    const gate = { ...fakeGate(), list: async () => Promise.reject(new Error("secret-cause")) };
    const response = await get(gate, "/review");
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(await response.text()).not.toContain("secret-cause");
  });

  it("the stylesheet fetches nothing and keeps", async () => {
    const response = await get(fakeGate(), "/review/style.css", { cookie: null });
    expect(response.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=86400");
    expect(await response.text()).not.toMatch(/url\(|@import|@font-face/);
  });
});

describe("without a session", () => {
  it.each([
    ["/review", "/review/sign-in"],
    ["/review/history", "/review/sign-in"],
    ["/review/apr_refund", "/review/sign-in?item=apr_refund"],
    ["/review/%0d%0aSet-Cookie:x", "/review/sign-in"],
  ])("%s leads to the sign-in", async (path, target) => {
    expect(location(await get(fakeGate(refund), path, { cookie: null }))).toEqual([303, target]);
    expect(location(await get(fakeGate(refund), path, { cookie: "__Host-countersign=wrong" }))).toEqual([
      303,
      target,
    ]);
  });

  it("no decision is taken", async () => {
    const gate = fakeGate(refund);
    const response = await post(gate, "/review/apr_refund", decisionFields(gate, "apr_refund"), {
      cookie: null,
    });
    expect(location(response)).toEqual([303, "/review/sign-in?item=apr_refund"]);
    expect(gate.decisions).toEqual([]);
  });

  it("the development cookie is not taken on https", async () => {
    expect((await get(fakeGate(), "/review", { cookie: "countersign=session-0" })).status).toBe(303);
  });
});

describe("sign-in", () => {
  it("shows a form with the key in a password field", async () => {
    const response = await get(fakeGate(), "/review/sign-in", { cookie: null });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/<input id="key" name="key" type="password" required=""/);
  });

  it("with a key sets the cookie and goes to the list", async () => {
    const response = await post(fakeGate(), "/review/sign-in", { key: ` ${KEY}\n` }, { cookie: null });
    expect(location(response)).toEqual([303, "/review"]);
    expect(response.headers.get("Set-Cookie")).toBe(
      "__Host-countersign=session-1; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
  });

  it("goes on to the approval that was asked for, and nowhere else", async () => {
    const to = async (item: string) =>
      location(await post(fakeGate(), "/review/sign-in", { key: KEY, item }, { cookie: null }))[1];
    expect(await to("apr_refund")).toBe("/review/apr_refund");
    expect(await to("//evil.example")).toBe("/review");
    expect(await to("../v1/x")).toBe("/review");
  });

  it("with a wrong key shows the form again, without the key", async () => {
    const response = await post(fakeGate(), "/review/sign-in", { key: "cs_demo_wrong" }, { cookie: null });
    expect(response.status).toBe(401);
    expect(response.headers.get("Set-Cookie")).toBeNull();
    const page = await response.text();
    expect(page).toContain("This is not the API key of a reviewer");
    expect(page).not.toContain("cs_demo_wrong");
  });

  it("with a one-time link, once", async () => {
    const gate = fakeGate();
    const first = await get(gate, `/review/sign-in?code=${CODE}`, { cookie: null });
    expect(location(first)).toEqual([303, "/review"]);
    expect(first.headers.get("Set-Cookie")).toContain("__Host-countersign=session-1");
    const second = await get(gate, `/review/sign-in?code=${CODE}`, { cookie: null });
    expect(second.status).toBe(401);
    expect(await second.text()).toContain("already used");
    const again = await get(gate, `/review/sign-in?code=${CODE}`, { cookie: "__Host-countersign=session-1" });
    expect(location(again)).toEqual([303, "/review"]);
  });

  it("leaves the code to the person when a program looks first", async () => {
    const gate = fakeGate();
    await get(gate, `/review/sign-in?code=${CODE}`, {
      cookie: null,
      headers: { "Sec-Purpose": "prefetch;prerender" },
    });
    const { mounted } = await import("./browse.ts");
    await mounted(gate).request(`https://gate.example/review/sign-in?code=${CODE}`, { method: "HEAD" });
    expect((await get(gate, `/review/sign-in?code=${CODE}`, { cookie: null })).status).toBe(303);
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])(
    "over %s uses a cookie without Secure",
    async (origin) => {
      const gate = fakeGate();
      const response = await get(gate, `/review/sign-in?code=${CODE}`, { cookie: null, origin });
      expect(response.headers.get("Set-Cookie")).toBe(
        "countersign=session-1; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax",
      );
      expect((await get(gate, "/review", { cookie: "countersign=session-1", origin })).status).toBe(200);
    },
  );

  it("over plain HTTP to another host is refused and keeps the code", async () => {
    const gate = fakeGate();
    const response = await get(gate, `/review/sign-in?code=${CODE}`, {
      cookie: null,
      origin: "http://gate.example",
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("Set-Cookie")).toBeNull();
    expect(
      (await post(gate, "/review/sign-in", { key: KEY }, { cookie: null, origin: "http://gate.example" }))
        .status,
    ).toBe(400);
    expect((await get(gate, `/review/sign-in?code=${CODE}`, { cookie: null })).status).toBe(303);
  });

  it("somebody signed in has nothing to do there", async () => {
    expect(location(await get(fakeGate(), "/review/sign-in"))).toEqual([303, "/review"]);
  });
});

describe("sign-out", () => {
  it("ends the session and clears the cookie", async () => {
    const gate = fakeGate();
    const response = await post(gate, "/review/sign-out", { csrf: CSRF });
    expect(location(response)).toEqual([303, "/review/sign-in"]);
    expect(response.headers.get("Set-Cookie")).toBe(
      "__Host-countersign=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(gate.sessions.size).toBe(0);
  });

  it("needs the token, and is never a GET", async () => {
    const gate = fakeGate();
    expect((await post(gate, "/review/sign-out", { csrf: "wrong" })).status).toBe(403);
    expect((await get(gate, "/review/sign-out")).status).toBe(404);
    expect(gate.sessions.size).toBe(1);
  });
});

describe("a form from elsewhere", () => {
  it.each([
    ["another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
    ["a sibling domain", { "Sec-Fetch-Site": "same-site", Origin: "https://other.gate.example" }],
    ["a sandboxed frame", { "Sec-Fetch-Site": "cross-site", Origin: "null" }],
    ["an old browser on another site", { Origin: "https://evil.example" }],
    ["an old browser that hides it", { Origin: "null" }],
    ["no browser at all", {}],
    ["contradictory headers", { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" }],
    ["another scheme", { Origin: "http://gate.example" }],
  ])("%s is refused", async (_name, headers: Record<string, string>) => {
    const gate = fakeGate(refund);
    expect(
      (await post(gate, "/review/apr_refund", decisionFields(gate, "apr_refund"), { headers })).status,
    ).toBe(403);
    expect((await post(gate, "/review/sign-in", { key: KEY }, { headers, cookie: null })).status).toBe(403);
    expect((await post(gate, "/review/sign-out", { csrf: CSRF }, { headers })).status).toBe(403);
    expect(gate.decisions).toEqual([]);
    expect(gate.sessions.size).toBe(1);
  });

  it.each([
    ["with Fetch Metadata", OWN_PAGE],
    ["with an Origin alone", { Origin: "https://gate.example" }],
  ])("our own %s is taken", async (_name, headers) => {
    const gate = fakeGate(refund);
    expect(
      (await post(gate, "/review/apr_refund", decisionFields(gate, "apr_refund"), { headers })).status,
    ).toBe(303);
  });
});

describe("lists", () => {
  it("shows what waits, soonest first, with the count in the title", async () => {
    const page = await (await get(fakeGate(plain, refund, toolCall, denied, expired), "/review")).text();
    expect(page).toContain("<title>(3) Waiting for you · Countersign</title>");
    expect(page.indexOf("/review/apr_tool")).toBeLessThan(page.indexOf("/review/apr_plain"));
    expect(page).not.toContain("/review/apr_denied");
    expect(page).toContain("Expires soon: in 34 min");
  });

  it("does not count what ran out of time while it was listed", async () => {
    const late = { ...plain, expiresAtMs: NOW_MS };
    const page = await (await get(fakeGate(late), "/review")).text();
    expect(page).toContain("<title>(0) Waiting for you");
    expect(page).toContain("Nothing waits for you.");
  });

  it("history tells who decided", async () => {
    const page = await (await get(fakeGate(refund, denied, expired), "/review/history")).text();
    expect(page).toMatch(/Denied<\/span>.*5 min ago.*by.*Jonas Lind/s);
    expect(page).toContain("Expired");
    expect(page).not.toContain("/review/apr_refund");
  });

  it("history keeps the line of an erased action, which leads nowhere", async () => {
    // Such a task is listed alone: its detail is gone.
    const erased = { ...denied, title: null, tool: null } as unknown as typeof denied;
    const page = await (await get(fakeGate(erased), "/review/history")).text();
    expect(page).toContain("Its content was erased");
    expect(page).toMatch(/Denied<\/span>.*by.*Jonas Lind/s);
    expect(page).not.toContain("/review/apr_denied");
  });
});

describe("a decision", () => {
  it.each([
    ["approve", "Approved by"],
    ["deny", "Denied by"],
  ])("to %s goes to the gate with digest and reason, and its outcome is shown", async (decision, words) => {
    const gate = fakeGate(refund);
    const response = await post(
      gate,
      "/review/apr_refund",
      decisionFields(gate, "apr_refund", { decision, reason: " Two\r\nlines " }),
    );
    expect(location(response)).toEqual([303, "/review/apr_refund"]);
    expect(gate.decisions).toEqual([
      { id: "apr_refund", decision, ifMatch: refund.actionDigest, reason: "Two\nlines" },
    ]);
    expect(await (await get(gate, "/review/apr_refund")).text()).toContain(words);
  });

  it.each([
    ["missing", {}],
    ["wrong", { csrf: "x" }],
    ["longer", { csrf: `${CSRF}x` }],
  ])("with the token %s is refused and keeps the reason", async (_name, fields) => {
    const gate = fakeGate(refund);
    const { csrf: _, ...rest } = decisionFields(gate, "apr_refund");
    const response = await post(gate, "/review/apr_refund", { ...rest, ...fields });
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(/earlier session[\s\S]*<textarea[^>]*>Checked with Bob</);
    expect(gate.decisions).toEqual([]);
  });

  it.each([
    ["no reason", { reason: "" }, 422, "A reason is required"],
    ["a blank reason", { reason: " \r\n\t" }, 422, "A reason is required"],
    ["a long reason", { reason: "x".repeat(2001) }, 422, "at most 2000 characters"],
    ["another verb", { decision: "delete" }, 400, "Choose to approve or to deny"],
    ["no digest", { if_match: "" }, 400, "Nothing was decided"],
  ])("with %s is not taken", async (_name, fields: Record<string, string>, status, message) => {
    const gate = fakeGate(refund);
    const response = await post(gate, "/review/apr_refund", decisionFields(gate, "apr_refund", fields));
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
    expect(gate.decisions).toEqual([]);
  });

  it.each([
    ["own action", { outcome: "refused", status: 403, message: "This is your own action." }, 403],
    ["changed content", { outcome: "refused", status: 409, message: "The content changed." }, 409],
    ["the gate away", { outcome: "refused", status: 503, message: "Try again." }, 503],
    ["held again", { outcome: "held_again", message: "A new finding holds it." }, 409],
    ["blocked", { outcome: "blocked", message: "A policy blocks it now." }, 409],
    ["a status that is no refusal", { outcome: "refused", status: 200, message: "Odd." }, 500],
  ] as const)("refused for %s says so and keeps what was typed", async (_name, answer, status) => {
    const gate = fakeGate(refund);
    gate.answer = answer;
    const response = await post(gate, "/review/apr_refund", decisionFields(gate, "apr_refund"));
    expect(response.status).toBe(status);
    const page = await response.text();
    expect(page).toContain(answer.message);
    expect(page).toMatch(/<textarea[^>]*>Checked with Bob</);
  });

  it("shows content that changed meanwhile, with its digest", async () => {
    const gate = fakeGate(refund);
    const fields = decisionFields(gate, "apr_refund");
    gate.approvals.set("apr_refund", { ...refund, actionDigest: plain.actionDigest });
    const response = await post(gate, "/review/apr_refund", fields);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain(`name="if_match" value="${plain.actionDigest}"`);
  });

  it("sent twice acts once and looks like once", async () => {
    const gate = fakeGate(refund);
    const fields = decisionFields(gate, "apr_refund");
    const answers = [
      await post(gate, "/review/apr_refund", fields),
      await post(gate, "/review/apr_refund", fields),
    ];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const other = await post(gate, "/review/apr_refund", { ...fields, decision: "deny" });
    expect(other.status).toBe(409);
    expect(gate.approvals.get("apr_refund")?.status).toBe("approved");
  });

  it("is never a GET", async () => {
    const gate = fakeGate(refund);
    const query = new URLSearchParams(decisionFields(gate, "apr_refund"));
    expect((await get(gate, `/review/apr_refund?${query}`)).status).toBe(200);
    expect(gate.decisions).toEqual([]);
  });

  it("is limited in size", async () => {
    const gate = fakeGate(refund);
    const response = await post(
      gate,
      "/review/apr_refund",
      decisionFields(gate, "apr_refund", { reason: "x".repeat(40_000) }),
    );
    expect(response.status).toBe(413);
    expect(gate.decisions).toEqual([]);
  });

  it("of an unknown approval is a page that says so", async () => {
    const gate = fakeGate();
    expect((await post(gate, "/review/apr_none", decisionFields(gate, "apr_none"))).status).toBe(404);
    const response = await get(gate, "/review/apr_none");
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("no such approval for you");
  });
});
