/** Looking actions up. What is found is listed by names and states alone; nothing that anybody wrote stands here. */
import { Moment } from "../reviewer/facts.tsx";
import { Page } from "../reviewer/page.tsx";
import type { Session } from "../reviewer/ports.ts";
import { Text } from "../reviewer/text.tsx";
import type { FoundAction, SearchForm, SearchResult } from "./ports.ts";
import { SEARCH_FIELDS } from "./ports.ts";
import { AUDIT } from "./site.ts";
import { DECISIONS, decisionWord, STATUS_OF, STATUSES, tone } from "./words.ts";

interface SearchProps {
  readonly session: Session;
  readonly form: SearchForm;
  readonly result: SearchResult;
  readonly nowMs: number;
}

export function SearchPage({ session, form, result, nowMs }: SearchProps) {
  const asked = SEARCH_FIELDS.some((field) => form[field]);
  return (
    <Page title="Actions" session={session} site={AUDIT} current="search">
      <h1>Actions</h1>
      <SearchFields form={form} />
      {result.kind === "refused" ? (
        <p class="alert" role="alert">
          {result.message}
        </p>
      ) : (
        <Found form={form} result={result} nowMs={nowMs} asked={asked} />
      )}
    </Page>
  );
}

function SearchFields({ form }: { readonly form: SearchForm }) {
  return (
    <form class="search" method="get" action="/audit">
      <Field name="since" label="From (UTC)" form={form} type="datetime-local" />
      <Field name="until" label="Until (UTC)" form={form} type="datetime-local" />
      <Choice name="decision" label="Decision" form={form} words={DECISIONS} />
      <Choice name="status" label="Status" form={form} words={STATUSES} />
      <Field name="surface" label="Surface" form={form} hint="outbound.email" />
      <Field name="rule" label="Rule" form={form} hint="US_SSN" />
      <Field name="agent" label="Agent" form={form} />
      <Field name="user" label="On behalf of" form={form} />
      <Field name="recipient" label="Recipient" form={form} hint="sam@customer.example" />
      <div class="search-go">
        <button type="submit" class="approve">
          Search
        </button>
        <a href="/audit">All actions</a>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly name: (typeof SEARCH_FIELDS)[number];
  readonly label: string;
  readonly form: SearchForm;
}

function Field({ name, label, form, type = "text", hint }: FieldProps & { type?: string; hint?: string }) {
  return (
    <div>
      <label for={`search-${name}`}>{label}</label>
      <input
        id={`search-${name}`}
        name={name}
        type={type}
        value={form[name] ?? ""}
        maxlength={1000}
        placeholder={hint}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </div>
  );
}

function Choice({ name, label, form, words }: FieldProps & { readonly words: readonly string[] }) {
  return (
    <div>
      <label for={`search-${name}`}>{label}</label>
      <select id={`search-${name}`} name={name}>
        <option value="">any</option>
        {words.map((word) => (
          <option value={word} selected={form[name] === word}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

interface FoundProps {
  readonly form: SearchForm;
  readonly result: SearchResult & { readonly kind: "found" };
  readonly nowMs: number;
  readonly asked: boolean;
}

function Found({ form, result: { actions, next }, nowMs, asked }: FoundProps) {
  return (
    <>
      {actions.length === 0 && (
        <div class="empty">
          <p class="lead">{asked ? "No action is like that." : "There is no action yet."}</p>
          {next !== null && <p class="quiet">The older ones have not all been looked at yet.</p>}
        </div>
      )}
      <ol class="cards found">
        {actions.map((action) => (
          <Card action={action} nowMs={nowMs} />
        ))}
      </ol>
      {next !== null && (
        <p class="more">
          <a href={`/audit?${nextQuery(form, next)}`} rel="next">
            Older actions
          </a>
        </p>
      )}
    </>
  );
}

function nextQuery(form: SearchForm, cursor: string): string {
  const query = new URLSearchParams();
  for (const field of SEARCH_FIELDS) if (form[field]) query.set(field, form[field]);
  query.set("cursor", cursor);
  return query.toString();
}

function Card({ action, nowMs }: { readonly action: FoundAction; readonly nowMs: number }) {
  const { id, surface, target, agent, owner, user, decision, status, rules, createdAtMs, erasedAtMs } =
    action;
  return (
    <li class="card">
      <h2>
        <a href={`/audit/${encodeURIComponent(id)}`}>
          <Text value={agent ?? owner} line />
          {user !== null && (
            <>
              {" for "}
              <Text value={user} line />
            </>
          )}
          {": "}
          <Text value={surface} line />
          {target !== null && (
            <>
              {" → "}
              <Text value={target} line />
            </>
          )}
        </a>
      </h2>
      <p class="byline">
        <Moment ms={createdAtMs} nowMs={nowMs} /> <code>{id}</code>
      </p>
      <p class="time">
        {STATUS_OF[decision] !== status && (
          <>
            <span class={`badge ${tone(decision)}`}>{decisionWord(decision)}</span>{" "}
          </>
        )}
        <span class={`badge ${tone(status)}`}>{status}</span>
        {erasedAtMs !== null && (
          <>
            {" "}
            <span class="badge plain">erased</span>
          </>
        )}
      </p>
      {rules.length > 0 && (
        <ul class="rules" aria-label="Rules">
          {rules.map((rule) => (
            <li>
              <code class="rule">{rule}</code>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
