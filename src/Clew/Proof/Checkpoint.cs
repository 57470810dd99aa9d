using System.Globalization;
using Clew.Identification;

namespace Clew.Proof;

/// <summary>What a ledger was at some moment, in three lines (C2SP tlog-checkpoint). Whoever holds a signed one can tell any change of what came before.</summary>
/// <param name="Origin">Which ledger.</param>
/// <param name="Size">How many entries it had.</param>
/// <param name="Root">The root of the tree over them.</param>
public sealed record Checkpoint(string Origin, long Size, Digest Root)
{
    /// <summary>The text that is signed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n");

    /// <summary>Reads the text of a note. Lines that others may have added behind the third are signed too, and mean nothing to us.</summary>
    public static Reading<Checkpoint> Read(string text, string path = "")
    {
        var lines = text.Split('\n');
        return lines.Length >= 4 && lines[^1].Length == 0 && Array.TrueForAll(lines[..^1], l => l.Length > 0)
            && Numbers.TryRead(lines[1], out var size) && Digest.TryReadBase64(lines[2], out var root) && (size > 0 || root == TreeHasher.Empty)
            ? Reading<Checkpoint>.Of(new Checkpoint(lines[0], size, root))
            : Reading<Checkpoint>.Wrong(new Finding(ProofFindings.Checkpoint, path));
    }
}

/// <summary>Numbers as all these formats write them.</summary>
internal static class Numbers
{
    /// <summary>Decimal, without sign and leading zeroes.</summary>
    public static bool TryRead(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}

/// <summary>
/// That an entry is in a ledger, in one small text (C2SP tlog-proof, file ending <c>.tlog-proof</c>): its position, the path to the root,
/// and the signed checkpoint that has this root.
/// </summary>
public sealed record InclusionProof(long Position, IReadOnlyList<Digest> Path, SignedNote Checkpoint)
{
    private const string Head = "c2sp.org/tlog-proof@v1";

    /// <summary>Reads the text.</summary>
    public static Reading<InclusionProof> Read(string text, string path = "")
    {
        var at = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = at < 0 ? [] : text[..at].Split('\n').ToList();
        if (lines.Count > 1 && lines[1].StartsWith("extra ", StringComparison.Ordinal))
        {
            lines.RemoveAt(1);
        }

        if (lines.Count < 2 || lines[0] != Head || !lines[1].StartsWith("index ", StringComparison.Ordinal) || !Numbers.TryRead(lines[1][6..], out var position)
            || Hashes.Read(lines[2..]) is not { } hashes)
        {
            return Reading<InclusionProof>.Wrong(new Finding(ProofFindings.Proof, path));
        }

        var note = SignedNote.Read(text[(at + 2)..], path);
        return note.IsRead ? Reading<InclusionProof>.Of(new InclusionProof(position, hashes, note.Value)) : Reading<InclusionProof>.Wrong(note.Findings);
    }

    /// <summary>The text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Head}\nindex {Position}\n{Hashes.Lines(Path)}\n{Checkpoint}");
}

/// <summary>Asks a witness to co-sign a checkpoint (C2SP tlog-witness, add-checkpoint).</summary>
/// <param name="Earlier">The size of the last one that it co-signed.</param>
/// <param name="Path">That the new one continues it.</param>
public sealed record WitnessRequest(long Earlier, IReadOnlyList<Digest> Path, SignedNote Checkpoint)
{
    /// <summary>Reads the body of a request.</summary>
    public static Reading<WitnessRequest> Read(string text)
    {
        var at = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = at < 0 ? [] : text[..at].Split('\n');
        if (lines.Length == 0 || !lines[0].StartsWith("old ", StringComparison.Ordinal) || !Numbers.TryRead(lines[0][4..], out var earlier) || Hashes.Read(lines[1..]) is not { } hashes)
        {
            return Reading<WitnessRequest>.Wrong(new Finding(ProofFindings.Request, ""));
        }

        var note = SignedNote.Read(text[(at + 2)..]);
        return note.IsRead ? Reading<WitnessRequest>.Of(new WitnessRequest(earlier, hashes, note.Value)) : Reading<WitnessRequest>.Wrong(note.Findings);
    }

    /// <summary>The body of a request.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"old {Earlier}\n{Hashes.Lines(Path)}\n{Checkpoint}");
}

/// <summary>Hashes a line each, in base64.</summary>
internal static class Hashes
{
    /// <summary>As lines.</summary>
    public static string Lines(IReadOnlyList<Digest> hashes) => string.Concat(hashes.Select(h => h.ToBase64() + "\n"));

    /// <summary>From lines; nothing when one of them is none, or when they are more than any proof has.</summary>
    public static List<Digest>? Read(IReadOnlyList<string> lines)
    {
        var hashes = new List<Digest>(lines.Count);
        foreach (var line in lines)
        {
            if (hashes.Count == Paths.LengthMax || !Digest.TryReadBase64(line, out var hash))
            {
                return null;
            }

            hashes.Add(hash);
        }

        return hashes;
    }
}
