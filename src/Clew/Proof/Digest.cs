using System.Buffers.Binary;

namespace Clew.Proof;

/// <summary>A SHA-256 hash: of a leaf, of an inner node, of a whole tree.</summary>
public readonly record struct Digest
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;

    /// <summary>From its 32 bytes.</summary>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A digest has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Writes its 32 bytes.</summary>
    public void CopyTo(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, first);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], second);
        BinaryPrimitives.WriteUInt64BigEndian(to[16..], third);
        BinaryPrimitives.WriteUInt64BigEndian(to[24..], fourth);
    }

    /// <summary>Its 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>As notes and proofs write it (RFC 4648 section 4).</summary>
    public string ToBase64() => Convert.ToBase64String(ToBytes());

    /// <summary>Reads what <see cref="ToBase64"/> writes, and nothing looser.</summary>
    public static bool TryReadBase64(string text, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Length + 1];
        if (text.Length == 44 && Convert.TryFromBase64String(text, bytes, out var count) && count == Length)
        {
            digest = new Digest(bytes[..Length]);

            // The last character holds two bits that no byte uses; another spelling of the same hash is not taken for it.
            return digest.ToBase64() == text;
        }

        digest = default;
        return false;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
