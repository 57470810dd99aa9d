using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clew.Identification;

namespace Clew.Proof;

/// <summary>
/// Whether this is the Ed25519 signature (RFC 8032) of this key under this message. The kernel takes no packages and the runtime has no
/// Ed25519, so whoever asks brings one.
/// </summary>
public delegate bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

/// <summary>What a key signs, and how (C2SP signed-note, signature types).</summary>
public enum SignatureType : byte
{
    /// <summary>The text of a note.</summary>
    Note = 1,

    /// <summary>That a checkpoint continues all that was seen of its log, and when (C2SP tlog-cosignature).</summary>
    Cosignature = 4,
}

/// <summary>A public key with its name, as a verifier is given it: <c>name+id+base64</c> (C2SP signed-note, verifier keys).</summary>
public sealed record NoteKey
{
    private const int KeyLength = 32;

    private NoteKey(string name, SignatureType type, byte[] publicKey)
    {
        Name = name;
        Type = type;
        PublicKey = publicKey;
        Id = IdOf(name, type, publicKey);
    }

    /// <summary>Who signs with it; for a ledger its origin.</summary>
    public string Name { get; }

    /// <summary>What it signs.</summary>
    public SignatureType Type { get; }

    /// <summary>Its 32 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>By which signature lines name it; short, so never alone.</summary>
    public uint Id { get; }

    /// <summary>A key of these 32 bytes.</summary>
    public static NoteKey Of(string name, SignatureType type, ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == KeyLength && IsName(name) ? new NoteKey(name, type, publicKey.ToArray()) : throw new ArgumentException("Neither a name nor a key may be otherwise.");

    /// <summary>Reads a verifier key.</summary>
    public static Reading<NoteKey> Read(string text, string path = "")
    {
        // The base64 may hold plus signs of its own.
        var parts = text.Split('+', 3);
        Span<byte> bytes = stackalloc byte[KeyLength + 3];
        if (parts.Length == 3 && IsName(parts[0]) && parts[1].Length == 8 && uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            && Convert.TryFromBase64String(parts[2], bytes, out var count) && count == KeyLength + 1 && (SignatureType)bytes[0] is SignatureType.Note or SignatureType.Cosignature)
        {
            var key = new NoteKey(parts[0], (SignatureType)bytes[0], bytes[1..(KeyLength + 1)].ToArray());
            if (key.Id == id && key.ToString() == text)
            {
                return Reading<NoteKey>.Of(key);
            }
        }

        return Reading<NoteKey>.Wrong(new Finding(ProofFindings.Key, path, text));
    }

    /// <summary>Whether this may be the name of a key.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 255 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+');

    /// <inheritdoc/>
    public bool Equals(NoteKey? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Id >> 1);

    /// <summary>As a verifier is given it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Type, .. PublicKey.Span])}");

    private static uint IdOf(string name, SignatureType type, byte[] publicKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey]));
}

/// <summary>A signature line under a note.</summary>
/// <param name="KeyId">Which key of this name.</param>
/// <param name="Bytes">What the key made.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>As it stands under a note, with the end of its line.</summary>
    public override string ToString()
    {
        var bytes = new byte[4 + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.Span.CopyTo(bytes.AsSpan(4));
        return $"— {Name} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads one line, without its end.</summary>
    public static NoteSignature? Read(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 3 || parts[0] != "—" || !NoteKey.IsName(parts[1]))
        {
            return null;
        }

        var bytes = new byte[parts[2].Length];
        return Convert.TryFromBase64String(parts[2], bytes, out var count) && count > 4 && Convert.ToBase64String(bytes, 0, count) == parts[2]
            ? new NoteSignature(parts[1], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(4, count - 4))
            : null;
    }
}

/// <summary>How a key stands to a note.</summary>
public enum Signed
{
    /// <summary>It did not sign it.</summary>
    Not,

    /// <summary>A line says that it did, and that is not so.</summary>
    Falsely,

    /// <summary>It did.</summary>
    Truly,
}

/// <summary>A text and who signed it (C2SP signed-note).</summary>
/// <param name="Text">With the end of its last line.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The longest note that is read: a text of a few lines, and as many signatures as anybody gathers.</summary>
    public const int LengthMax = 64 << 10;

    /// <summary>More than C2SP asks for.</summary>
    public const int SignaturesMax = 32;

    /// <summary>Reads a note.</summary>
    public static Reading<SignedNote> Read(string note, string path = "")
    {
        var at = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > LengthMax || at < 0 || at + 2 >= note.Length || note[^1] != '\n' || note.Any(c => c < ' ' && c != '\n') || note.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return Reading<SignedNote>.Wrong(new Finding(ProofFindings.Note, path));
        }

        var lines = note[(at + 2)..^1].Split('\n');
        var signatures = lines.Select(NoteSignature.Read).OfType<NoteSignature>().ToList();
        return signatures.Count == lines.Length && lines.Length <= SignaturesMax
            ? Reading<SignedNote>.Of(new SignedNote(note[..(at + 1)], signatures))
            : Reading<SignedNote>.Wrong(new Finding(ProofFindings.Note, path));
    }

    /// <summary>Whether this key signed it.</summary>
    public Signed By(NoteKey key, VerifyEd25519 verify)
    {
        var lines = Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id).ToList();
        return lines.Count == 0 ? Signed.Not : lines.TrueForAll(s => IsTrue(key, s.Bytes.Span, verify)) ? Signed.Truly : Signed.Falsely;
    }

    /// <summary>When this key co-signed it, in seconds since 1970; nothing when it did not.</summary>
    public long? CosignedAt(NoteKey key, VerifyEd25519 verify) =>
        key.Type == SignatureType.Cosignature && By(key, verify) == Signed.Truly
            ? Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id).Max(s => BinaryPrimitives.ReadInt64BigEndian(s.Bytes.Span))
            : null;

    /// <summary>The same note with one more signature.</summary>
    public SignedNote With(NoteSignature signature) => this with { Signatures = [.. Signatures, signature] };

    /// <summary>The note as it is kept and sent.</summary>
    public override string ToString() => Text + "\n" + string.Concat(Signatures);

    private bool IsTrue(NoteKey key, ReadOnlySpan<byte> signature, VerifyEd25519 verify)
    {
        if (key.Type == SignatureType.Note)
        {
            return signature.Length == 64 && verify(key.PublicKey.Span, Encoding.UTF8.GetBytes(Text), signature);
        }

        return signature.Length == 72 && BinaryPrimitives.ReadInt64BigEndian(signature) is > 0 and var time
            && verify(key.PublicKey.Span, Cosignature.Message(time, Text), signature[8..]);
    }
}

/// <summary>What a witness signs (C2SP tlog-cosignature).</summary>
public static class Cosignature
{
    /// <summary>The bytes that its key signs.</summary>
    /// <param name="time">In seconds since 1970.</param>
    /// <param name="text">Of the checkpoint.</param>
    public static byte[] Message(long time, string text) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{text}"));

    /// <summary>The line under the checkpoint.</summary>
    public static NoteSignature Line(NoteKey key, long time, ReadOnlySpan<byte> signature)
    {
        var bytes = new byte[8 + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time);
        signature.CopyTo(bytes.AsSpan(8));
        return new NoteSignature(key.Name, key.Id, bytes);
    }
}
