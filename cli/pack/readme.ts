/** The text beside the files of an evidence pack. */
export const packReadme = (
  log: string,
  from: number,
  to: number,
  hasEvidence: boolean,
): string => `Evidence from the log ${log}, entries ${from} to ${to}

summary.html       what is in it, in figures and by framework: start here
summary.json       the same, for programs, with every entry of every topic
entries.jsonl      the export: each entry exactly as it was recorded, the hashes that lead to the root, and the checkpoint
checkpoint.txt     the signed checkpoint at its end, a C2SP signed note
keys.json          the public keys that this pack was verified with
verification.json  what was verified, check by check
${hasEvidence ? "replay.json        what became of judging each decision again\nbundles/           what governed\npolicies/          the manifests of the policies that judged, and their modules where they were at hand\n" : ""}manifest.json      the SHA-256 of each of these files

To verify it without trusting whoever made it, with keys that you had from elsewhere:

  countersign verify entries.jsonl --key your-keys.json
${hasEvidence ? "  countersign replay entries.jsonl --modules policies\n" : ""}
Or open the page /verify of a gateway, saved as a file, with the network off, and give it the same files.

The keys in keys.json are those that were used here. They prove nothing by themselves: compare their ids with those that the
operator published, or that you saved earlier.
`;
