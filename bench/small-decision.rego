# The decision of small-decision.ts in Rego. Compiled with
#   opa build -t wasm -e bench/allow -o bundle.tar.gz bench/small-decision.rego
#   tar -xzf bundle.tar.gz /policy.wasm
# and given as OPA_POLICY_WASM=policy.wasm to `npm run bench -- engine`.
package bench

import rego.v1

default allow := false

allow if input.tool == "kb.read"

allow if {
	input.tool == "email.send"
	some role in input.roles
	role in {"support", "sales"}
}

allow if {
	input.tool == "payments.refund"
	"finance" in input.roles
	input.amount <= 500
}
