// Oracle reads checkpoints, proofs and tiles with Go's own sumdb/note and sumdb/tlog, and says whether it accepts them.
//
// One JSON object per line comes in, one goes out for each. It is the second implementation that test/go/ holds ours to.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Op string

	Note  string
	Vkeys []string

	// The text of a tlog-proof, for the entry that it is about.
	Proof string
	Entry string

	Path    []string
	Size    int64
	Root    string
	Index   int64
	OldSize int64
	OldRoot string

	// A folder of tiles by their paths, and what is to be proved from them.
	Dir      string
	Indexes  []int64
	Entries  []string
	OldSizes []int64
}

type answer struct {
	Ok    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
	// Of a note: its text, and the names of those who signed it.
	Text  string   `json:"text,omitempty"`
	Names []string `json:"names,omitempty"`
	// From tiles: for each index, and for each old size.
	Inclusion   [][]string `json:"inclusion,omitempty"`
	Consistency [][]string `json:"consistency,omitempty"`
	Roots       []string   `json:"roots,omitempty"`
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var r request
		if err := in.Decode(&r); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		a, err := judge(r)
		if err != nil {
			a = answer{Error: err.Error()}
		}
		a.Ok = err == nil
		if err := out.Encode(a); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func judge(r request) (answer, error) {
	switch r.Op {
	case "note":
		return openNote(r.Note, r.Vkeys)
	case "tlog-proof":
		return checkTlogProof(r)
	case "inclusion":
		return checkInclusion(r)
	case "consistency":
		return checkConsistency(r)
	case "tiles":
		return proveFromTiles(r)
	}
	return answer{}, fmt.Errorf("no such operation: %s", r.Op)
}

func openNote(text string, vkeys []string) (answer, error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := newVerifier(vkey)
		if err != nil {
			return answer{}, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return answer{}, err
	}
	var names []string
	for _, sig := range opened.Sigs {
		names = append(names, sig.Name)
	}
	return answer{Text: opened.Text, Names: names}, nil
}

const algCosignature = 4

// newVerifier adds cosignatures (https://c2sp.org/tlog-cosignature) to the keys that the note package knows.
func newVerifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed vkey")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature {
		return note.NewVerifier(vkey)
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	return cosigner{parts[0], uint32(hash), ed25519.PublicKey(key[1:])}, nil
}

type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

// checkTlogProof reads a proof file (https://c2sp.org/tlog-proof) as someone who has the entry and the log's key.
func checkTlogProof(r request) (answer, error) {
	head, checkpoint, found := strings.Cut(r.Proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return answer{}, errors.New("malformed proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return answer{}, err
	}
	opened, err := openNote(checkpoint, r.Vkeys)
	if err != nil {
		return answer{}, err
	}
	tree := strings.Split(opened.Text, "\n")
	if len(tree) < 4 {
		return answer{}, errors.New("malformed checkpoint")
	}
	size, err := strconv.ParseInt(tree[1], 10, 64)
	if err != nil {
		return answer{}, err
	}
	_, err = checkInclusion(request{Path: lines[2:], Size: size, Root: tree[2], Index: index, Entry: r.Entry})
	return opened, err
}

func checkInclusion(r request) (answer, error) {
	path, err := parseHashes(r.Path)
	if err != nil {
		return answer{}, err
	}
	root, err := tlog.ParseHash(r.Root)
	if err != nil {
		return answer{}, err
	}
	return answer{}, tlog.CheckRecord(path, r.Size, root, r.Index, tlog.RecordHash([]byte(r.Entry)))
}

func checkConsistency(r request) (answer, error) {
	path, err := parseHashes(r.Path)
	if err != nil {
		return answer{}, err
	}
	root, err := tlog.ParseHash(r.Root)
	if err != nil {
		return answer{}, err
	}
	oldRoot, err := tlog.ParseHash(r.OldRoot)
	if err != nil {
		return answer{}, err
	}
	return answer{}, tlog.CheckTree(path, r.Size, root, r.OldSize, oldRoot)
}

// proveFromTiles makes proofs of its own. The reader authenticates tiles against the root before it uses them, but before
// x/mod 0.40 not every one (CVE-2026-56865), and Debian has older ones: so what it makes is checked once more.
func proveFromTiles(r request) (a answer, err error) {
	root, err := tlog.ParseHash(r.Root)
	if err != nil {
		return a, err
	}
	hashes := tlog.TileHashReader(tlog.Tree{N: r.Size, Hash: root}, tileFolder(r.Dir))
	for i, index := range r.Indexes {
		path, err := tlog.ProveRecord(r.Size, index, hashes)
		if err != nil {
			return answer{}, err
		}
		leaf := tlog.RecordHash([]byte(r.Entries[i]))
		if err := tlog.CheckRecord(path, r.Size, root, index, leaf); err != nil {
			return answer{}, err
		}
		a.Inclusion = append(a.Inclusion, formatHashes(path))
	}
	for _, old := range r.OldSizes {
		path, err := tlog.ProveTree(r.Size, old, hashes)
		if err != nil {
			return answer{}, err
		}
		oldRoot, err := tlog.TreeHash(old, hashes)
		if err != nil {
			return answer{}, err
		}
		if err := tlog.CheckTree(path, r.Size, root, old, oldRoot); err != nil {
			return answer{}, err
		}
		a.Consistency = append(a.Consistency, formatHashes(path))
		a.Roots = append(a.Roots, oldRoot.String())
	}
	return a, nil
}

type tileFolder string

func (tileFolder) Height() int                         { return 8 }
func (tileFolder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (dir tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		// https://c2sp.org/tlog-tiles has the height fixed, and so not in the path.
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		bytes, err := os.ReadFile(filepath.Join(string(dir), filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func formatHashes(hashes []tlog.Hash) []string {
	texts := []string{}
	for _, hash := range hashes {
		texts = append(texts, hash.String())
	}
	return texts
}
