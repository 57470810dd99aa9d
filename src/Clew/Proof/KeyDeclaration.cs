using Clew.Identification;

namespace Clew.Proof;

/// <summary>
/// Which key a ledger signs with from some moment on: a note that this key signs, and the one before it as well. Whoever trusts the
/// first key can follow from one to the next.
/// </summary>
/// <param name="Origin">Which ledger.</param>
/// <param name="Since">From when on, by the ledger's clock.</param>
public sealed record KeyDeclaration(string Origin, NoteKey Key, string Since)
{
    private const string Head = "clew ledger key";

    /// <summary>The text that is signed.</summary>
    public string Text => $"{Head}\n{Origin}\n{Key}\n{Since}\n";

    /// <summary>Reads the text of a note.</summary>
    public static KeyDeclaration? Read(string text)
    {
        var lines = text.Split('\n');
        return lines is [Head, { Length: > 0 } origin, var key, { Length: > 0 } since, ""] && NoteKey.Read(key).TryGet(out var read) && read.Type == SignatureType.Note && read.Name == origin
            ? new KeyDeclaration(origin, read, since)
            : null;
    }

    /// <summary>The keys that are to be trusted by whoever trusts these: each that was declared under a signature of one before.</summary>
    public static List<NoteKey> Follow(IEnumerable<NoteKey> trusted, IReadOnlyList<SignedNote> declarations, VerifyEd25519 verify)
    {
        var all = trusted.ToList();
        for (var before = -1; before != all.Count;)
        {
            before = all.Count;
            foreach (var note in declarations)
            {
                if (Read(note.Text) is { } declared && !all.Contains(declared.Key)
                    && note.By(declared.Key, verify) == Signed.Truly && all.Exists(k => k.Name == declared.Origin && note.By(k, verify) == Signed.Truly))
                {
                    all.Add(declared.Key);
                }
            }
        }

        return all;
    }
}
