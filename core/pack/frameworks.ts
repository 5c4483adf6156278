/**
 * Which entries of a log an auditor asks for, by framework. The controls are named as their texts name them; what an entry shows
 * is said, never that a control is met: that is the auditor's to say.
 */

/** What entries there are, in the words of an audit. */
export type Topic =
  | "decisions"
  | "refusals"
  | "redactions"
  | "human_review"
  | "exceptions"
  | "deliveries"
  | "access_changes"
  | "policy_changes"
  | "destinations"
  | "alerts"
  | "erasures"
  | "keys"
  | "integrity";

export const TOPICS: Readonly<Record<Topic, { readonly title: string; readonly shows: string }>> = {
  decisions: {
    title: "Decisions",
    shows:
      "each action that an AI system asked for: when, by which key and agent, under which policies, and what was decided, before anything was done",
  },
  refusals: {
    title: "Actions that were blocked or held",
    shows: "that the action did not leave, and the rules that stopped it",
  },
  redactions: {
    title: "Actions that were changed before they left",
    shows:
      "that parts were masked, hashed or replaced, that the changed action was judged again, and that this is what was sent",
  },
  human_review: {
    title: "Decisions by people",
    shows: "who decided a held action, when, over exactly which bytes, and never over an action of their own",
  },
  exceptions: {
    title: "Actions that passed although enforcement would have stopped them",
    shows:
      "each action let through by a binding that only observes, or before its evaluation was finished, and what that came to",
  },
  deliveries: {
    title: "What was sent",
    shows: "each attempt to send, to which destination, and what the other side answered",
  },
  access_changes: {
    title: "Keys given and revoked",
    shows: "who was given which key with which scopes, by whom, and when it was revoked",
  },
  policy_changes: {
    title: "Changes of policies and of what they govern",
    shows:
      "each policy and bundle by its digest, each time it was put in force, tried out or taken back, by whom",
  },
  destinations: {
    title: "Changes of destinations",
    shows: "where actions may go, and each change of that; credentials never appear",
  },
  alerts: {
    title: "Alerts",
    shows:
      "what the gateway reported by itself: actions found wanting afterwards, a log that was rewound, a witness that contradicts",
  },
  erasures: {
    title: "Erasures and retention",
    shows:
      "that the content of an action was destroyed, when and by whom, while the record of the decision stays provable",
  },
  keys: {
    title: "Signing keys and epochs",
    shows:
      "each change of a signing key, signed by the key before and the one after, and each time a restored log went on",
  },
  integrity: {
    title: "The log itself",
    shows:
      "that all entries stand under signed checkpoints: none was altered, left out, added or moved since (see verification.json)",
  },
};

export interface Control {
  readonly id: string;
  readonly title: string;
  readonly topics: readonly Topic[];
}

export interface Framework {
  readonly id: string;
  readonly name: string;
  readonly controls: readonly Control[];
}

const control = (id: string, title: string, ...topics: Topic[]): Control => ({ id, title, topics });

export const FRAMEWORKS: readonly Framework[] = [
  {
    id: "soc2",
    name: "SOC 2 (AICPA Trust Services Criteria, 2017)",
    controls: [
      control(
        "CC6.1",
        "Logical access security over protected information assets",
        "access_changes",
        "destinations",
        "refusals",
      ),
      control("CC6.2", "Registration and removal of users and their credentials", "access_changes"),
      control(
        "CC6.3",
        "Access by role, least privilege and segregation of duties",
        "access_changes",
        "human_review",
      ),
      control(
        "CC6.7",
        "Restriction of transmission, movement and removal of information",
        "decisions",
        "refusals",
        "redactions",
        "deliveries",
      ),
      control("CC7.2", "Monitoring of components for anomalies", "decisions", "alerts", "integrity"),
      control("CC7.3", "Evaluation of security events", "alerts", "human_review", "exceptions"),
      control("CC8.1", "Authorisation, testing and approval of changes", "policy_changes"),
      control("C1.2", "Disposal of confidential information", "erasures"),
      control("PI1.3", "Processing of inputs according to specifications", "decisions", "exceptions"),
    ],
  },
  {
    id: "fedramp",
    name: "FedRAMP (NIST SP 800-53 Rev. 5)",
    controls: [
      control("AC-2", "Account Management", "access_changes"),
      control("AC-3", "Access Enforcement", "decisions", "refusals"),
      control("AC-4", "Information Flow Enforcement", "decisions", "refusals", "redactions", "destinations"),
      control("AC-5", "Separation of Duties", "human_review"),
      control("AU-2", "Event Logging", "decisions"),
      control("AU-3", "Content of Audit Records", "decisions", "deliveries"),
      control("AU-9", "Protection of Audit Information", "integrity", "keys"),
      control("AU-10", "Non-repudiation", "integrity", "keys"),
      control("AU-11", "Audit Record Retention", "erasures", "integrity"),
      control("CM-3", "Configuration Change Control", "policy_changes", "destinations"),
      control("IR-4", "Incident Handling", "alerts"),
      control("SI-4", "System Monitoring", "alerts", "refusals"),
      control("SC-12", "Cryptographic Key Establishment and Management", "keys"),
    ],
  },
  {
    id: "hipaa",
    name: "HIPAA Security and Privacy Rules (45 CFR Part 164)",
    controls: [
      control("164.308(a)(1)(ii)(D)", "Information system activity review", "decisions", "alerts"),
      control("164.308(a)(4)", "Information access management", "access_changes"),
      control("164.312(a)(1)", "Access control", "access_changes", "refusals"),
      control("164.312(b)", "Audit controls", "decisions", "deliveries", "integrity"),
      control("164.312(c)(1)", "Integrity", "integrity"),
      control("164.312(e)(1)", "Transmission security", "refusals", "redactions", "deliveries"),
      control("164.502(b)", "Minimum necessary", "redactions", "refusals"),
      control("164.528", "Accounting of disclosures", "deliveries"),
      control(
        "164.316(b)(2)",
        "Documentation: time limit, availability, updates",
        "policy_changes",
        "erasures",
      ),
    ],
  },
  {
    id: "finra",
    name: "FINRA rules",
    controls: [
      control(
        "2210(b)",
        "Communications with the public: approval, review and recordkeeping",
        "human_review",
        "decisions",
      ),
      control("2210(d)", "Communications with the public: content standards", "refusals", "redactions"),
      control("3110(a)", "Supervision: system of supervision", "policy_changes", "decisions"),
      control(
        "3110(b)(4)",
        "Supervision: review of correspondence and internal communications",
        "human_review",
        "refusals",
      ),
      control(
        "3120",
        "Supervisory control system: testing and verification",
        "policy_changes",
        "exceptions",
        "integrity",
      ),
      control("4511", "General requirements for books and records", "deliveries", "integrity", "erasures"),
    ],
  },
  {
    id: "gdpr",
    name: "GDPR (Regulation (EU) 2016/679)",
    controls: [
      control("Art. 5(1)(c)", "Data minimisation", "redactions", "refusals"),
      control("Art. 5(1)(e)", "Storage limitation", "erasures"),
      control("Art. 5(2)", "Accountability", "decisions", "integrity"),
      control("Art. 17", "Right to erasure", "erasures"),
      control("Art. 22", "Automated individual decision-making: human intervention", "human_review"),
      control("Art. 25", "Data protection by design and by default", "redactions", "policy_changes"),
      control("Art. 30", "Records of processing activities", "decisions", "deliveries", "destinations"),
      control("Art. 32", "Security of processing", "access_changes", "refusals", "integrity"),
      control("Art. 33", "Notification of a personal data breach", "alerts", "exceptions"),
    ],
  },
  {
    id: "eu_ai_act",
    name: "EU AI Act (Regulation (EU) 2024/1689)",
    controls: [
      control("Art. 9", "Risk management system", "policy_changes", "refusals"),
      control("Art. 12", "Record-keeping", "decisions", "integrity"),
      control("Art. 14", "Human oversight", "human_review", "refusals"),
      control("Art. 15", "Accuracy, robustness and cybersecurity", "alerts", "exceptions", "integrity"),
      control("Art. 19", "Automatically generated logs", "decisions", "erasures"),
      control(
        "Art. 26",
        "Obligations of deployers of high-risk AI systems",
        "human_review",
        "decisions",
        "alerts",
      ),
    ],
  },
  {
    id: "pci_dss",
    name: "PCI DSS v4.0.1",
    controls: [
      control("3.4", "Access to displays of full PAN is restricted", "redactions", "refusals"),
      control(
        "4.2",
        "PAN is protected with strong cryptography during transmission",
        "refusals",
        "deliveries",
      ),
      control("6.5.1", "Changes to system components follow established procedures", "policy_changes"),
      control(
        "7.2",
        "Access to system components and data is appropriately defined and assigned",
        "access_changes",
      ),
      control("8.2", "User identification and related accounts are strictly managed", "access_changes"),
      control(
        "10.2",
        "Audit logs are implemented to support the detection of anomalies",
        "decisions",
        "alerts",
      ),
      control(
        "10.3",
        "Audit logs are protected from destruction and unauthorised modifications",
        "integrity",
      ),
      control("10.5", "Audit log history is retained and available for analysis", "integrity", "erasures"),
      control("12.10", "Suspected and confirmed security incidents are responded to immediately", "alerts"),
    ],
  },
];
