using System.Text.Json;
using Clew.Proof;

namespace Clew.Verify;

/// <summary>Checks a single proof: that an entry is in a ledger, or that a ledger only grew.</summary>
public static class EntryCheck
{
    /// <summary>Whether these bytes are the entry that the proof is about.</summary>
    public static Report Inclusion(byte[] entry, string proofText, string name, IReadOnlyList<NoteKey> given, IReadOnlyList<NoteKey> witnesses)
    {
        var report = new Report { Entries = 1, Bytes = entry.Length };
        if (!InclusionProof.Read(proofText).TryGet(out var proof) || Signed(report, "proof", proof.Checkpoint, given, witnesses) is not { } checkpoint)
        {
            report.Add("proof", null, null, "This is no proof of inclusion under a checkpoint.", "这不是检查点下的包含证明。");
            return report;
        }

        report.Subject = $"{checkpoint.Origin} / {proof.Position}";
        using var hasher = new TreeHasher();
        if (!Paths.Includes(hasher.Leaf(entry), proof.Position, checkpoint.Size, checkpoint.Root, proof.Path, hasher))
        {
            report.Add(name, proof.Position, null, $"These bytes are not the entry at position {proof.Position} of this ledger.", $"这些字节不是此账本位置 {proof.Position} 的记录。");
        }

        return report;
    }

    /// <summary>Whether the ledger of the later checkpoint begins with that of the earlier.</summary>
    public static Report Consistency(string earlierText, string laterText, byte[] proof, IReadOnlyList<NoteKey> given, IReadOnlyList<NoteKey> witnesses)
    {
        var report = new Report();
        if (!SignedNote.Read(earlierText).TryGet(out var one) || !SignedNote.Read(laterText).TryGet(out var two)
            || Signed(report, "earlier", one, given, []) is not { } earlier || Signed(report, "later", two, given, witnesses) is not { } later)
        {
            report.Add("", null, null, "These are no two checkpoints.", "这不是两个检查点。");
            return report;
        }

        report.Subject = $"{earlier.Size} → {later.Size}";
        using var hasher = new TreeHasher();
        if (earlier.Origin != later.Origin || Path(proof) is not { } path || !Paths.Extends(earlier.Size, earlier.Root, later.Size, later.Root, path, hasher))
        {
            report.Add("later", null, null, "The later ledger does not begin with the earlier one.", "后来的账本不是由先前的账本延续而来。");
        }

        return report;
    }

    // Without a key that was given nothing shows whose it is; that it fits together is still worth saying.
    private static Checkpoint? Signed(Report report, string file, SignedNote note, IReadOnlyList<NoteKey> given, IReadOnlyList<NoteKey> witnesses)
    {
        if (!Checkpoint.Read(note.Text).TryGet(out var checkpoint))
        {
            return null;
        }

        (report.Origin, report.Size, report.IsAnchored) = (checkpoint.Origin, checkpoint.Size, given.Count > 0);
        report.Key = given.FirstOrDefault(k => k.Name == checkpoint.Origin && note.By(k, Ed25519.Verify) == Proof.Signed.Truly)?.ToString();
        if (given.Count > 0 && report.Key is null)
        {
            report.Add(file, null, null, "None of the given keys signed the checkpoint, or its text was altered.", "检查点未由所给密钥签名，或其内容已被改动。");
        }

        foreach (var witness in witnesses)
        {
            if (note.CosignedAt(witness, Ed25519.Verify) is { } at)
            {
                report.Witnesses.Add(new Cosigned(witness.Name, DateTimeOffset.FromUnixTimeSeconds(at)));
            }
            else
            {
                report.Add(file, null, null, $"The witness {witness.Name} did not co-sign it.", $"见证方 {witness.Name} 未会签。");
            }
        }

        return checkpoint;
    }

    private static List<Digest>? Path(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var path = new List<Digest>();
            foreach (var hash in document.RootElement.GetProperty("path").EnumerateArray())
            {
                if (!Digest.TryReadBase64(hash.GetString() ?? "", out var digest))
                {
                    return null;
                }

                path.Add(digest);
            }

            return path;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
